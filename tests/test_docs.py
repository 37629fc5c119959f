"""What the documentation repeats is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

from app import make_parser
from bot import settings
from dialogs.registry import DIALOGS
from dialogs.texts import LANGUAGES, Texts

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_settings_table_names_every_setting_and_no_other() -> None:
    source = Path(settings.__file__).read_text("utf-8")
    read = set(re.findall(r"\"((?:KARKI_|Microsoft|To)[A-Za-z_]+|PORT)\"", source))
    table = README[README.index("<!-- settings") : README.index("The command line:")]
    assert set(re.findall(r"^\| `([A-Za-z_]+)`", table, re.MULTILINE)) == read


def test_the_commands_of_the_readme_are_understood_in_each_language() -> None:
    texts = Texts.read()
    known = {
        phrase
        for dialog in DIALOGS
        for command in dialog.commands
        for phrase in texts.words(command.words)
    }
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|", README, re.MULTILINE)
    shown = [[re.sub(r" (KOODI|KOD|CODE)$", "", word) for word in row] for row in rows]
    assert {word for row in shown for word in row} <= known
    first = {
        language: {
            texts.say(language, command.words).split(",")[0]
            for dialog in DIALOGS
            for command in dialog.commands
        }
        for language in LANGUAGES
    }
    for column, language in enumerate(LANGUAGES):
        greeting = texts.say(language, "greeting-words").split(",")[0]
        assert {row[column] for row in shown} == first[language] - {greeting}


def test_the_command_line_of_the_readme_is_the_programs() -> None:
    (choices,) = [
        set(action.choices)
        for action in make_parser()._actions
        if isinstance(action.choices, dict) and "check" in action.choices
    ]
    assert set(re.findall(r"`python app\.py ([a-z]+)", README)) | {"serve"} == choices


def test_every_decision_is_listed() -> None:
    pages = {path.name for path in (ROOT / "docs/adr").glob("0*.md")}
    listed = set(re.findall(r"\((0[^)]+\.md)\)", (ROOT / "docs/adr/README.md").read_text("utf-8")))
    assert pages == listed


def test_what_the_readme_shows_and_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
