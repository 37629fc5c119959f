"""Records of older versions are read step by step; later ones are refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from storage.errors import NewerData
from storage.records import Record
from storage.upgrades import Step, current_version, read_record


class Invented(Record):
    """An invented record that has changed twice."""

    v: int = 3
    name: str
    words: tuple[str, ...]


def to_2(fields: dict[str, Any]) -> dict[str, Any]:
    return {"v": 1, "name": fields["nimi"], "word": fields["word"]}


def to_3(fields: dict[str, Any]) -> dict[str, Any]:
    return {"v": 2, "name": fields["name"], "words": [fields["word"]]}


STEPS: dict[type[Record], dict[int, Step]] = {Invented: {2: to_3, 1: to_2}}


@pytest.mark.parametrize(
    "document",
    [
        {"nimi": "a", "word": "b"},
        {"v": 1, "nimi": "a", "word": "b"},
        {"v": 2, "name": "a", "word": "b"},
        {"v": 3, "name": "a", "words": ["b"]},
    ],
)
def test_every_version_is_read_as_the_current_one(document: dict[str, Any]) -> None:
    before = dict(document)
    assert read_record(Invented, document, STEPS) == Invented(name="a", words=("b",))
    assert document == before
    assert current_version(Invented) == 3


def test_a_later_version_is_refused() -> None:
    with pytest.raises(NewerData, match="Invented is of version 4"):
        read_record(Invented, {"v": 4, "name": "a", "words": []}, STEPS)


@pytest.mark.parametrize(
    "document",
    [
        {"v": 3, "name": "a"},
        {"v": "3", "name": "a", "words": []},
        {"v": 3.0, "name": "a", "words": []},
        {"v": True, "nimi": "a", "word": "b"},
        {"v": None, "name": "a", "words": []},
        {"v": 0, "name": "a", "words": []},
        {"v": 1, "name": "a"},
        {"v": 3, "name": "a", "words": [], "more": 1},
    ],
)
def test_what_fits_no_version_is_damage(document: dict[str, Any]) -> None:
    with pytest.raises((ValidationError, KeyError, TypeError)):
        read_record(Invented, document, STEPS)


def test_what_is_said_of_damage_does_not_quote_it() -> None:
    with pytest.raises(ValidationError) as error:
        read_record(Invented, {"v": 3, "name": ["words of somebody"], "words": []}, STEPS)
    assert "words of somebody" not in str(error.value)
