"""The report's form: its fields, its card, and what is read from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dialogs import cards
from dialogs.forms import Choice, ChoiceField, Errors, Field, TextField, ToggleField, Values, show
from dialogs.policy import County
from dialogs.privacy.notice import privacy_section
from dialogs.reporting.choices import KIND_TEXTS, NEED_TEXTS
from dialogs.services import Services
from dialogs.texts import Say, Texts
from dialogs.turns import Card, Page, Turn

LONGEST_TEXT = 2_000
LONGEST_UNIT = 100
# The texts that a sender writes freely, and where a client's details may so end up.
FREE_TEXTS = ("phenomenon", "proposal", "unit")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Passages that look like somebody's details, waiting to be corrected or confirmed.

    `mark` stands for just these passages: confirming them confirms no others. The confirmation
    stands right below `last_field`, the last one that has such a passage.
    """

    mark: str
    last_field: str


@lru_cache(maxsize=8)
def fields(texts: Texts, county: County, language: str) -> tuple[Field, ...]:
    """Return the form's fields in a language, in their order on the card."""
    say = texts.speaker(language)
    unit: Field = TextField("unit", say("field-unit"), LONGEST_UNIT)
    if county.units:
        units = tuple(Choice(name, name) for name in county.units)
        unit = ChoiceField(
            "unit", say("field-unit"), units, placeholder=say("field-choose-if-you-like")
        )
    municipalities = tuple(
        Choice(code, county.municipality(code, language)) for code in county.municipalities
    )
    municipality = ChoiceField(
        "municipality",
        say("field-municipality"),
        municipalities,
        placeholder=say("field-choose-if-you-like"),
    )
    return (
        ChoiceField(
            "kind",
            say("field-kind"),
            tuple(Choice(kind.value, say(text)) for kind, text in KIND_TEXTS.items()),
            required=say("field-kind-missing"),
            expanded=True,
        ),
        TextField(
            "phenomenon",
            say("field-phenomenon"),
            LONGEST_TEXT,
            required=say("field-phenomenon-missing"),
            lines=True,
            placeholder=say("field-phenomenon-hint"),
        ),
        TextField(
            "proposal",
            say("field-proposal"),
            LONGEST_TEXT,
            lines=True,
            placeholder=say("field-proposal-hint"),
        ),
        ChoiceField(
            "need",
            say("field-need"),
            tuple(Choice(need.value, say(text)) for need, text in NEED_TEXTS.items()),
            placeholder=say("field-choose-if-you-like"),
        ),
        *((municipality,) if municipalities else ()),
        unit,
        ChoiceField(
            "sender",
            say("field-sender"),
            (Choice("named", say("sender-named")), Choice("anonymous", say("sender-anonymous"))),
            required=say("field-sender-missing"),
            expanded=True,
        ),
        ToggleField("news", say("field-news"), say("field-news-title")),
    )


def report_page(
    turn: Turn,
    services: Services,
    *,
    nonce: str,
    values: Values,
    errors: Errors | None = None,
    doubt: Doubt | None = None,
    fresh: bool = False,
    in_dialog: bool,
    notice: Sequence[str] = (),
) -> Page:
    """Make the form's page, with what was typed and what is wrong with it."""
    say = services.texts.speaker(turn.language)
    errors = errors or {}
    body: list[cards.Element] = []
    if not in_dialog:
        body.append(cards.heading(say("report-title")))
    if notice:
        for sentence in notice:
            body += cards.plain(sentence, color="Attention", bold=True)
    elif errors:
        body += cards.plain(say("form-mend"), color="Attention", bold=True)
    else:
        body.append(cards.words(say("report-lead"), subtle=True))
    for field in fields(services.texts, services.policy.county, turn.language):
        body += show([field], values, errors)
        if doubt is not None and field.id == doubt.last_field:
            body += show([confirmation(say, doubt)], values, {})
    body.append(cards.words(say("report-anonymous-hint"), subtle=True, small=True))
    if not in_dialog and services.policy.local:
        body.append(cards.words(say("form-local"), subtle=True, small=True))
    body.append(privacy_section(say))
    actions = [
        cards.send("report.send", say("button-send"), in_dialog=in_dialog, data={"nonce": nonce}),
        cards.toggle(say("button-privacy"), "privacy"),
    ]
    card: Card = cards.card(body, actions, told=say("report-title"))
    return Page(say("report-title"), card, fresh=fresh)


def confirmation(say: Say, doubt: Doubt) -> ToggleField:
    """Return the field that confirms the passages in doubt."""
    return ToggleField(
        "confirmed", say("identity-confirm"), say("identity-confirm-title"), on=doubt.mark
    )


def given(values: Mapping[str, str], field: str) -> str | None:
    """Return a value, or None where the field was left empty."""
    return values.get(field) or None
