"""Errors that are answers: each is shown to the person in their language."""

from __future__ import annotations


class UserError(Exception):
    """Something a person can understand and mend: a text's key and what it tells.

    Raise it where a rule refuses; the router turns it into a reply.
    """

    def __init__(self, text_key: str, **data: str | int) -> None:
        super().__init__(text_key)
        self.text_key = text_key
        self.data = data
