"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent

from dialogs.cards import card
from dialogs.registry import DIALOGS
from dialogs.texts import FOLDER, LANGUAGES, Texts

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "dialogs", "storage")
# What each room may import of the others, and which packages are its alone.
MAY_IMPORT = {
    "bot": {"bot", "dialogs", "storage"},
    "dialogs": {"dialogs", "storage"},
    "storage": {"storage"},
}
ONLY_IN = {
    "botbuilder": "bot",
    "botframework": "bot",
    "aiohttp": "bot",
    "tinydb": "storage/tinydb_engine",
    "asyncpg": "storage/postgres_engine",
    "alembic": "storage/postgres_engine",
    "sqlalchemy": "storage/postgres_engine",
}


def _modules() -> Iterator[tuple[Path, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""


def test_imports_go_from_app_to_bot_to_dialogs_to_storage_and_never_back() -> None:
    breaches = []
    for path, tree in _modules():
        for name in _imports(tree):
            head = name.split(".")[0]
            if head in {*ROOMS, "app", "tests"} and head not in MAY_IMPORT[path.parts[0]]:
                breaches.append(f"{path} imports {name}")
    assert breaches == []


def test_the_sdk_and_the_drivers_stay_in_their_own_rooms() -> None:
    breaches = [
        f"{path} imports {name}"
        for path, tree in _modules()
        for name in _imports(tree)
        if not str(path).startswith(ONLY_IN.get(name.split(".")[0], ""))
    ]
    assert breaches == []


def _messages(language: str) -> dict[str, set[str]]:
    source = (FOLDER / f"{language}.ftl").read_text("utf-8")
    resource = FluentParser().parse(source)
    found: dict[str, set[str]] = {}
    for entry in resource.body:
        assert not isinstance(entry, fluent.Junk), entry.content
        if isinstance(entry, fluent.Message):
            assert entry.id.name not in found, f"{entry.id.name} is there twice"
            found[entry.id.name] = set(re.findall(r"\{ \$([a-z]+)", source_of(entry, source)))
    return found


def source_of(entry: fluent.Message, source: str) -> str:
    """Return the text of one message as it stands in the file."""
    assert entry.span is not None
    return source[entry.span.start : entry.span.end]


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_the_same_texts_with_the_same_places(language: str) -> None:
    assert _messages(language) == _messages("fi")


def test_every_text_that_the_program_names_is_there_and_none_is_idle() -> None:
    texts = set(_messages("fi"))
    source = "\n".join(
        path.read_text("utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py")
    )
    made = {
        *(f"language-{language}" for language in LANGUAGES),
        *(f"language-names-{language}" for language in LANGUAGES),
        *(text for text in texts if text.startswith(("need-", "identity-doubt-", "export-"))),
    }
    idle = {text for text in texts - made if f'"{text}"' not in source}
    assert idle == set()
    named = set(re.findall(r"(?:say\(|UserError\()\s*\"([a-z-]+)\"", source))
    assert named - texts == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_in_the_chat_is_over_20_words(language: str) -> None:
    long = []
    for line in (FOLDER / f"{language}.ftl").read_text("utf-8").splitlines():
        key, separator, text = line.partition(" = ")
        if not separator or line.startswith("#") or key.endswith("-words"):
            continue
        for sentence in re.split(r"[.!?:]\s", text.replace("**", "")):
            if len(re.findall(r"[\w{]+", sentence)) > 20:
                long.append((key, sentence))
    assert long == []


def test_no_two_dialogs_answer_to_the_same_words_or_verbs() -> None:
    texts = Texts.read()
    words = [
        phrase
        for dialog in DIALOGS
        for command in dialog.commands
        for phrase in texts.words(command.words)
    ]
    verbs = [verb for dialog in DIALOGS for verb in dialog.acts]
    assert len(words) == len(set(words))
    assert len(verbs) == len(set(verbs))


def test_a_card_is_of_the_version_that_teams_takes() -> None:
    assert card([])["version"] == "1.5"
