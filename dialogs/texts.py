"""The texts of every language, whole sentences in Project Fluent files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

LANGUAGES = ("fi", "sv", "en")
FOLDER = Path(__file__).parent / "locales"

Say = Callable[..., str]


class MissingText(LookupError):
    """A text key or one of its values is missing: a mistake in the program, not the person's."""


class Texts:
    """Every text in every language, read once."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._bundles: dict[str, FluentBundle] = {}
        self._fixed: dict[tuple[str, str], str] = {}
        for language, source in sources.items():
            # Isolating marks would show as stray characters when a person copies a sentence.
            bundle = FluentBundle([language], use_isolating=False)
            bundle.add_resource(FluentResource(source))
            self._bundles[language] = bundle

    @classmethod
    def read(cls, folder: Path = FOLDER) -> Texts:
        """Read the files of all languages."""
        return cls({name: (folder / f"{name}.ftl").read_text("utf-8") for name in LANGUAGES})

    def say(self, language: str, key: str, **data: str | int) -> str:
        """Return a text in a language. Raises MissingText."""
        if not data and (text := self._fixed.get((language, key))) is not None:
            return text
        bundle = self._bundles[language]
        if not bundle.has_message(key) or (pattern := bundle.get_message(key).value) is None:
            raise MissingText(key)
        formatted, errors = bundle.format_pattern(pattern, data)
        if errors:
            raise MissingText(f"{key}: {type(errors[0]).__name__}")
        text = str(formatted)
        if not data:
            self._fixed[language, key] = text
        return text

    def speaker(self, language: str) -> Say:
        """Return a function that says texts in one language."""

        def say(key: str, **data: str | int) -> str:
            return self.say(language, key, **data)

        return say

    def words(self, key: str) -> tuple[str, ...]:
        """Return the comma-separated words of a text in all languages, the first one first."""
        found = [word.strip() for name in self._bundles for word in self.say(name, key).split(",")]
        return tuple(dict.fromkeys(word.casefold() for word in found if word))


def language_of(locale: str | None) -> str | None:
    """Return our language for a locale such as `sv-FI`, or None where we do not have it."""
    tag = (locale or "").replace("_", "-").split("-")[0].casefold()
    return tag if tag in LANGUAGES else None
