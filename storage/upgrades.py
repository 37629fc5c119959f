"""Upgrades stored records on read, step by step, so old data stays readable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from storage.errors import NewerData
from storage.records import Record

R = TypeVar("R", bound=Record)
Step = Callable[[dict[str, Any]], dict[str, Any]]

# For each record, the step that leads away from each version: {Report: {1: to_version_2}}.
STEPS: dict[type[Record], dict[int, Step]] = {}


def current_version(record: type[Record]) -> int:
    """Return the version that this code writes."""
    default: int = record.model_fields["v"].default
    return default


def read_record(
    record: type[R],
    document: Mapping[str, Any],
    steps: Mapping[type[Record], Mapping[int, Step]] = STEPS,
) -> R:
    """Make a record of a stored document, upgrading it first where it is older.

    Raises NewerData when a later Kärki wrote it; pydantic.ValidationError, KeyError or TypeError
    when it is damaged.
    """
    fields = dict(document)
    version = fields.get("v", 1)
    if type(version) is not int:
        raise TypeError("a version is a whole number")
    if version > current_version(record):
        raise NewerData(record.__name__, version)
    while version < current_version(record):
        fields = {**steps[record][version](fields), "v": version + 1}
        version += 1
    return record.model_validate(fields)
