"""Logging what went wrong by a reference, without a word of what anybody typed."""

from __future__ import annotations

import logging
import secrets
import traceback

log = logging.getLogger("karki")


def record(error: BaseException, doing: str) -> str:
    """Log where an unexpected error arose and return its reference.

    Only types and places are logged: an error's message may quote a person's text.
    """
    reference = secrets.token_hex(4).upper()
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames[-8:]))
    kinds = type(error).__name__
    cause = error.__cause__ or error.__context__
    if cause is not None:
        kinds += f" from {type(cause).__name__}"
    log.error("%s failed, reference %s: %s at %s", doing, reference, kinds, where)
    return reference
