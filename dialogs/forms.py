"""Forms: one definition of the fields serves the card, the server's check and the re-shown form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialogs.cards import Element, plain
from dialogs.texts import Say

Values = Mapping[str, str]
# For each field, the sentence that stands at it.
Errors = Mapping[str, str]

# What comes back to the person when a text is far too long to be shown again whole.
LONGEST_RETURNED = 8_000
# No-break space, soft hyphen, and the joiners of emoji and of some languages.
KEPT = "\u00a0\u00ad\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a ChoiceField: the value that is stored and the title that is seen."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """A choice of one; `expanded` shows all options as buttons to tap."""

    id: str
    label: str
    choices: tuple[Choice, ...]
    required: str = ""  # the sentence that asks for it
    expanded: bool = False
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class TextField:
    """A text of at most `longest` characters."""

    id: str
    label: str
    longest: int
    required: str = ""  # the sentence that asks for it
    lines: bool = False
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class ToggleField:
    """Yes or no; `label` stands above, `title` beside the box, `on` is the value for yes."""

    id: str
    label: str
    title: str
    on: str = "yes"


Field = ChoiceField | TextField | ToggleField


def read(
    fields: Sequence[Field], data: Mapping[str, object], say: Say
) -> tuple[dict[str, str], dict[str, str]]:
    """Read what a client sent for these fields: the values, and the errors by field.

    Nothing is trusted: a value of a wrong type counts as missing, an unknown choice and a text
    too long are errors. Texts come trimmed, with line ends as \\n and no control characters.
    """
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field in fields:
        sent = data.get(field.id)
        value = _clean(sent) if isinstance(sent, str) else ""
        match field:
            case ChoiceField():
                if value and value not in {choice.value for choice in field.choices}:
                    errors[field.id] = say("form-unknown-choice")
                    value = ""
                elif not value and field.required:
                    errors[field.id] = field.required
            case TextField():
                if len(value) > field.longest:
                    over = len(value) - field.longest
                    errors[field.id] = say("form-too-long", longest=field.longest, over=over)
                elif not value and field.required:
                    errors[field.id] = field.required
            case ToggleField():
                value = value if value == field.on else ""
        values[field.id] = value
    return values, errors


def show(fields: Sequence[Field], values: Values, errors: Errors) -> list[Element]:
    """Show the fields with what was typed, each error right below its field."""
    body: list[Element] = []
    for field in fields:
        body.append(_input(field, values.get(field.id, "")))
        if field.id in errors:
            body += plain(errors[field.id], color="Attention", bold=True)
    return body


def _input(field: Field, value: str) -> Element:
    match field:
        case ChoiceField():
            made: Element = {
                "type": "Input.ChoiceSet",
                "id": field.id,
                "label": field.label,
                "style": "expanded" if field.expanded else "compact",
                "choices": [{"title": c.title, "value": c.value} for c in field.choices],
                "wrap": True,
            }
            if field.placeholder:
                made["placeholder"] = field.placeholder
        case TextField():
            made = {
                "type": "Input.Text",
                "id": field.id,
                "label": field.label,
                "isMultiline": field.lines,
                "maxLength": max(field.longest, len(value)),
            }
            if field.placeholder:
                made["placeholder"] = field.placeholder
        case ToggleField():
            made = {
                "type": "Input.Toggle",
                "id": field.id,
                "title": field.title,
                "label": field.label,
                "valueOn": field.on,
                "valueOff": "no",
                "wrap": True,
            }
            return made | {"value": value or "no"}
    if field.required:
        made |= {"isRequired": True, "errorMessage": field.required}
    if value:
        made["value"] = value[:LONGEST_RETURNED]
    return made


def _clean(text: str) -> str:
    if text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    kept = "".join(c for c in text if c in "\n\t" or (c.isprintable() or c in KEPT))
    # A lone surrogate cannot be stored as UTF-8.
    return kept.encode("utf-8", "replace").decode("utf-8").strip()
