"""The parts that Adaptive Cards (1.5) are built from.

Words of ours go into `words`, where Markdown works; words of a person go into `plain` or
`labelled`, where nothing a person types can become a link or formatting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dialogs.turns import Card

Element = dict[str, Any]
Action = dict[str, Any]

# A card may not be longer than a person reads; longer texts are stored whole and shown cut.
LONGEST_PASSAGE = 4_000


def card(body: Iterable[Element], actions: Iterable[Action] = (), *, told: str = "") -> Card:
    """Make a card; `told` is what a client that cannot show cards says instead."""
    made: Card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "body": list(body),
    }
    if pressed := list(actions):
        made["actions"] = pressed
    if told:
        made["fallbackText"] = told
    return made


def heading(text: str) -> Element:
    """Make a heading."""
    return {
        "type": "TextBlock",
        "text": text,
        "wrap": True,
        "size": "Large",
        "weight": "Bolder",
        "style": "heading",
    }


def words(text: str, *, subtle: bool = False, small: bool = False, bold: bool = False) -> Element:
    """Make a paragraph of our own words."""
    made: Element = {"type": "TextBlock", "text": text, "wrap": True}
    if subtle:
        made["isSubtle"] = True
    if small:
        made["size"] = "Small"
    if bold:
        made["weight"] = "Bolder"
    return made


def plain(text: str, *, color: str = "", bold: bool = False, size: str = "") -> list[Element]:
    """Make paragraphs, a line each, of words that are shown exactly as they were typed."""
    lines = [line.strip() for line in text[:LONGEST_PASSAGE].splitlines() if line.strip()]
    run: Element = {"type": "TextRun"}
    if color:
        run["color"] = color
    if bold:
        run["weight"] = "Bolder"
    if size:
        run["size"] = size
    return [
        {
            "type": "RichTextBlock",
            "inlines": [{**run, "text": line}],
            **({"spacing": "Small"} if number else {}),
        }
        for number, line in enumerate(lines)
    ]


def labelled(label: str, value: str) -> Element:
    """Make a line such as «Kunta: Honkavaara», its value shown as typed."""
    return {
        "type": "RichTextBlock",
        "spacing": "Small",
        "inlines": [
            {"type": "TextRun", "text": f"{label}: ", "weight": "Bolder"},
            {"type": "TextRun", "text": " ".join(value.split())},
        ],
    }


def section(items: Iterable[Element], *, id: str = "", hidden: bool = False) -> Element:
    """Put elements together, to be shown or hidden as one."""
    made: Element = {"type": "Container", "items": list(items)}
    if id:
        made["id"] = id
    if hidden:
        made["isVisible"] = False
    return made


def press(verb: str, title: str, data: Mapping[str, object] | None = None) -> Action:
    """Make a button that acts where it stands, sending no inputs with it."""
    sent = {**(data or {}), "verb": verb}
    return {
        "type": "Action.Execute",
        "title": title,
        "verb": verb,
        "data": sent,
        "associatedInputs": "none",
        "fallback": {
            "type": "Action.Submit",
            "title": title,
            "data": sent,
            "associatedInputs": "none",
        },
    }


def open_form(
    verb: str, title: str, *, dialogs: bool, data: Mapping[str, object] | None = None
) -> Action:
    """Make a button that opens a form: as a Teams dialog, or inline where there are none."""
    if not dialogs:
        return press(verb, title, data)
    sent = {**(data or {}), "verb": verb, "msteams": {"type": "task/fetch"}}
    return {"type": "Action.Submit", "title": title, "data": sent}


def send(verb: str, title: str, *, in_dialog: bool, data: Mapping[str, object]) -> Action:
    """Make the button that sends a form with its inputs."""
    sent = {**data, "verb": verb}
    submit = {"type": "Action.Submit", "title": title, "data": sent, "style": "positive"}
    if in_dialog:
        return submit
    return {
        "type": "Action.Execute",
        "title": title,
        "verb": verb,
        "data": sent,
        "style": "positive",
        "fallback": submit,
    }


def toggle(title: str, target: str) -> Action:
    """Make a button that shows or hides a section without asking the bot."""
    return {"type": "Action.ToggleVisibility", "title": title, "targetElements": [target]}
