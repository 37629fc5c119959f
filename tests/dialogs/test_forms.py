"""A form's fields are checked on the server, whatever a client sends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.forms import Choice, ChoiceField, TextField, ToggleField, read, show
from dialogs.texts import Texts

SAY = Texts.read().speaker("fi")
KIND = ChoiceField("kind", "Laji", (Choice("a", "A"), Choice("b", "B")), required="Valitse.")
TEXT = TextField("text", "Teksti", 10, required="Kirjoita.")
NEWS = ToggleField("news", "Seuranta", "Kerro")
FIELDS = (KIND, TEXT, NEWS)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def test_good_values_are_read_trimmed() -> None:
    sent = {"kind": "a", "text": "  kaksi\r\nriviä ", "news": "yes"}
    # Eleven characters in the raw text, ten without the spaces around it.
    values, errors = read((KIND, TextField("text", "Teksti", 12), NEWS), sent, SAY)
    assert values == {"kind": "a", "text": "kaksi\nriviä", "news": "yes"}
    assert errors == {}


def test_missing_values_are_asked_for_in_the_fields_own_words() -> None:
    assert read(FIELDS, {}, SAY)[1] == {"kind": "Valitse.", "text": "Kirjoita."}


def test_a_text_too_long_says_by_how_much_and_is_not_cut() -> None:
    values, errors = read(FIELDS, {"kind": "a", "text": "x" * 15}, SAY)
    assert values["text"] == "x" * 15
    assert errors == {"text": "Teksti on liian pitkä: enintään 10 merkkiä, nyt 5 liikaa."}


def test_an_unknown_choice_is_an_error_and_is_not_shown_again() -> None:
    values, errors = read(FIELDS, {"kind": "c", "text": "x"}, SAY)
    assert values["kind"] == ""
    assert set(errors) == {"kind"}


@pytest.mark.parametrize("sent", [1, True, None, ["a"], {"a": "a"}, 2.5])
def test_a_value_of_a_wrong_type_counts_as_missing(sent: object) -> None:
    _, errors = read(FIELDS, {"kind": sent, "text": sent, "news": sent}, SAY)
    assert set(errors) == {"kind", "text"}


def test_control_characters_and_lone_surrogates_are_taken_out() -> None:
    values, _ = read(FIELDS, {"text": "a\x00b\x1bc\ud800\u202ed"}, SAY)
    assert values["text"].encode("utf-8")
    assert values["text"].startswith("abc")


@given(st.dictionaries(st.sampled_from(["kind", "text", "news", "x"]), ANYTHING))
def test_no_input_breaks_reading_or_showing_again(sent: dict[str, Any]) -> None:
    values, errors = read(FIELDS, sent, SAY)
    assert set(values) == {"kind", "text", "news"}
    assert values["kind"] in {"", "a", "b"}
    body = show(FIELDS, values, errors)
    assert [part["id"] for part in body if "id" in part] == ["kind", "text", "news"]
