"""Can anybody store, see or undo through forms and buttons what is not theirs to?"""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dialogs.county import read_county
from dialogs.policy import Policy
from dialogs.registry import DIALOGS
from dialogs.texts import Texts
from storage.records import GroupChannel, Report
from tests.hostile.conftest import Target, running_target
from tests.kit import (
    AINO,
    COORDINATOR,
    COUNTY,
    ELLEN,
    FILLED,
    KAISA,
    TENANT,
    Answer,
    Bot,
    Who,
    at_once,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXTS = Texts.read()
SAY = TEXTS.speaker("fi")
ACTS = sorted(verb for dialog in DIALOGS for verb in dialog.acts)
SOMEBODY = Who("aad-outi", "Outi Outo")


def parts(card: Any) -> Iterator[dict[str, Any]]:
    """Walk every element, inline, input and action of a card."""
    if isinstance(card, dict):
        yield card
        for value in card.values():
            yield from parts(value)
    elif isinstance(card, list):
        for value in card:
            yield from parts(value)


def value_of(page: dict[str, Any], field: str) -> str:
    """Return what stands in a form's field."""
    (found,) = (part for part in parts(page["body"]) if part.get("id") == field)
    return str(found.get("value", ""))


def below(page: dict[str, Any], field: str) -> str:
    """Return the sentence that stands right below a form's field."""
    ids = [element.get("id") for element in page["body"]]
    following = page["body"][ids.index(field) + 1]
    assert following["type"] == "RichTextBlock"
    return "".join(run["text"] for run in following["inlines"])


def nonce_of(page: dict[str, Any]) -> str:
    return str(page["actions"][0]["data"]["nonce"])


def is_form(answer: Answer) -> bool:
    return any(part.get("id") == "phenomenon" for part in parts(answer.body))


def receipt_of(answer: Answer) -> str:
    """Return the number or the code that a receipt shows."""
    (big,) = (
        run["text"] for run in parts(answer.page) if run.get("size") in ("Large", "ExtraLarge")
        and run["type"] == "TextRun"
    )  # fmt: skip
    return str(big)


async def send(target: Target, who: Who = AINO, **changes: Any) -> Answer:
    """Send a filled form with changes; `...` leaves a field out."""
    data = {**FILLED, "nonce": target.nonce(), **changes}
    data = {name: value for name, value in data.items() if value is not ...}
    return await target.bot.send("report.send", data, who=who)


async def count(target: Target) -> int:
    return len(await target.bot.store.all_reports())


# -- fields --------------------------------------------------------------------------------

WRONG: list[Any] = [
    None, True, False, 0, 7, -1.5, [], ["change"], {}, {"value": "change"}, [["x"]],
    {"type": "TextBlock", "text": "x"}, ...,
]  # fmt: skip


@pytest.mark.parametrize("field", ["kind", "phenomenon", "sender"])
@pytest.mark.parametrize("value", WRONG, ids=repr)
async def test_a_needed_field_of_a_wrong_type_is_asked_for_again(
    shared: Target, field: str, value: Any
) -> None:
    """A value that no form of ours sends counts as none, and what else was typed comes back."""
    async with shared.untouched():
        answer = await send(shared, **{field: value})
    assert answer.status == 200
    assert below(answer.page, field) == SAY(f"field-{field}-missing")
    assert value_of(answer.page, "proposal") == FILLED["proposal"]


@pytest.mark.parametrize("field", ["need", "municipality", "unit", "news", "proposal"])
@pytest.mark.parametrize("value", WRONG, ids=repr)
async def test_a_free_field_of_a_wrong_type_is_left_empty(
    shared: Target, field: str, value: Any
) -> None:
    """A value that no form of ours sends is never stored."""
    before = await count(shared)
    answer = await send(shared, kind="weak-signal", **{field: value})
    assert answer.status == 200
    assert await count(shared) == before + 1
    report = await shared.bot.store.report_by_number(TENANT, receipt_of(answer))
    assert report is not None
    stored = report.wants_news if field == "news" else getattr(report, field)
    assert stored in (None, "", False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "Change"),
        ("kind", "change,good-practice"),
        ("kind", "__class__"),
        ("need", "wealth"),
        ("need", "housing "),
        ("municipality", "H99"),
        ("municipality", "Honkavaara"),
        ("municipality", "091"),
        ("sender", "both"),
        ("sender", "aad-kaisa"),
        ("sender", "named,anonymous"),
    ],
)
async def test_an_unknown_choice_is_refused_at_its_field(
    shared: Target, field: str, value: str
) -> None:
    """Only a choice that was offered is stored."""
    if value.strip() != value:
        answer = await send(shared, **{field: value})
        assert not is_form(answer)  # spaces around a choice change nothing
        return
    async with shared.untouched():
        answer = await send(shared, **{field: value})
    assert below(answer.page, field) == SAY("form-unknown-choice")
    assert value_of(answer.page, "phenomenon") == FILLED["phenomenon"]


@pytest.mark.parametrize("sender", ["named", "anonymous"])
@pytest.mark.parametrize("field", ["phenomenon", "proposal"])
@pytest.mark.parametrize("length", [2_001, 8_000, 8_001, 100_000])
async def test_a_text_too_long_comes_back_with_the_reason_beside_it(
    shared: Target, field: str, length: int, sender: str
) -> None:
    """Nobody loses a long text: it comes back, and the form says how much is too much."""
    text = "Jono kasvaa. " * (length // 13) + "x" * (length % 13)
    async with shared.untouched():
        answer = await send(shared, **{field: text}, sender=sender)
    over = SAY("form-too-long", longest=2_000, over=length - 2_000)
    assert below(answer.page, field) == over
    back = value_of(answer.page, field)
    assert back == (text if length <= 8_000 else text[:8_000])
    assert len(json.dumps(answer.body, ensure_ascii=False).encode("utf-16-le")) < 80_000


async def test_the_longest_texts_of_all_kinds_still_fit_in_a_message(target: Target) -> None:
    """Full fields of the widest letters can be stored, shown again and posted."""
    widest = "😀" * 2_000
    answer = await send(target, phenomenon=widest, proposal=widest)
    assert receipt_of(answer) == "R-2026-0001"
    await target.bot.say_in_channel("liitä kanava")
    posted = await target.bot.deliver()
    for message in posted:
        assert len(json.dumps(message, ensure_ascii=False).encode("utf-16-le")) < 80_000
    far = "😀" * 9_000
    again = await send(target, phenomenon=far, proposal=far)
    assert is_form(again)
    assert len(json.dumps(again.body, ensure_ascii=False).encode("utf-16-le")) < 80_000


@pytest.mark.parametrize("length", [5_000, 15_000])
async def test_a_form_opened_with_a_huge_text_fits_in_a_message(
    shared: Target, length: int
) -> None:
    """A text carried from the chat cannot make a form that Teams would refuse."""
    answer = await shared.bot.open("report.open", {"text": "😀" * length})
    assert is_form(answer)
    assert len(json.dumps(answer.body, ensure_ascii=False).encode("utf-16-le")) < 80_000


async def test_a_text_far_too_long_does_not_keep_others_waiting(shared: Target) -> None:
    """What is refused for its length is not searched for personal details first."""
    dates = "1.1.1990 " * 11_000

    async def other() -> float:
        loop = asyncio.get_running_loop()
        longest, last = 0.0, loop.time()
        while not done.is_set():
            await asyncio.sleep(0)
            longest, last = max(longest, loop.time() - last), loop.time()
        return longest

    done = asyncio.Event()
    watching = asyncio.create_task(other())
    answer = await send(shared, phenomenon=dates, proposal=dates)
    done.set()
    assert is_form(answer)
    assert await watching < 0.3


# -- verbs ---------------------------------------------------------------------------------

FORGED = [
    "", " ", "__class__", "__init__", "report", "report.", ".send", "report.send ", "REPORT.SEND",
    "report.send\u0000", "report/send", "report.delete", "own", "admin", "bind", "liitä kanava",
    "group-has-it", "commands", "acts", "x" * 10_000, "../report.send", "report.ѕend",
]  # fmt: skip


@pytest.mark.parametrize("verb", FORGED, ids=lambda verb: repr(verb)[:30])
@pytest.mark.parametrize("way", ["send", "open", "press"])
async def test_an_invented_verb_does_nothing(shared: Target, way: str, verb: str) -> None:
    """A button that the bot never made leads nowhere, and says so."""
    before = await count(shared)
    answer = await getattr(shared.bot, way)(verb, {**FILLED, "nonce": shared.nonce()})
    assert answer.status == 200
    assert SAY("router-old-button") in answer.text
    assert await count(shared) == before


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(verb=st.text(max_size=30))
async def test_no_text_at_all_is_a_verb_by_chance(shared: Target, verb: str) -> None:
    """Whatever a client calls its button, only the bot's own do anything."""
    assume(verb not in ACTS)
    before = await count(shared)
    answer = await shared.bot.send(verb, {**FILLED, "nonce": shared.nonce()})
    assert answer.status == 200
    assert SAY("router-old-button") in answer.text
    assert await count(shared) == before


@pytest.mark.parametrize("verb", [verb for verb in ACTS if verb != "report.send"])
async def test_another_buttons_data_files_nothing(shared: Target, verb: str) -> None:
    """A filled form behind another button is not a report."""
    before = await count(shared)
    for way in (shared.bot.send, shared.bot.open, shared.bot.press):
        answer = await way(verb, {**FILLED, "nonce": shared.nonce(), "code": 7, "start": "x"})
        assert answer.status == 200
        assert "vika on meidän" not in answer.text
    assert await count(shared) == before


@pytest.mark.parametrize("value", [None, [], {}, 7, True, ["report.send"], {"verb": "report.send"}])
async def test_a_verb_that_is_no_text_does_nothing(shared: Target, value: Any) -> None:
    """A button without a name leads nowhere."""
    data = {**FILLED, "nonce": shared.nonce(), "verb": value}
    before = await count(shared)
    for name, sent in (
        ("task/submit", {"data": data}),
        ("task/fetch", {"data": data}),
        ("adaptiveCard/action", {"action": {"verb": value, "data": data}}),
    ):
        answer = await shared.bot.post(shared.form(name=name, value=sent))
        assert answer.status == 200
        assert SAY("router-old-button") in answer.text
    assert await count(shared) == before


# -- confirming ----------------------------------------------------------------------------

PHONE = "Asiakas pyysi soittamaan numeroon 040 123 4567 illalla."


@pytest.mark.parametrize(
    "mark",
    [..., "", "yes", "no", "true", "1", "on", "0" * 32, "x" * 32, True, 1, [], {}, None, "*"],
    ids=repr,
)
async def test_no_invented_mark_confirms_personal_details(shared: Target, mark: Any) -> None:
    """Only the very passages that were shown can be confirmed, and only once they were."""
    async with shared.untouched():
        answer = await send(shared, phenomenon=PHONE, confirmed=mark)
    assert "040 123 4567" in below(answer.page, "phenomenon")
    assert value_of(answer.page, "phenomenon") == PHONE


async def test_a_mark_confirms_its_own_passages_alone(shared: Target) -> None:
    """A mark given for one passage confirms no other, and no field but its own."""
    shown = await send(shared, phenomenon=PHONE)
    (toggle,) = (part for part in parts(shown.page) if part.get("id") == "confirmed")
    mark = toggle["valueOn"]
    for changes in (
        {"phenomenon": PHONE + " Tai 050 765 4321."},
        {"phenomenon": PHONE.replace("4567", "4568")},
        {"proposal": PHONE},
        {"phenomenon": PHONE, "proposal": PHONE},
    ):
        async with shared.untouched():
            answer = await send(shared, **changes, confirmed=mark)
        assert is_form(answer)
    assert not is_form(await send(shared, phenomenon=PHONE, confirmed=mark))


async def test_nothing_confirms_an_identity_code(shared: Target) -> None:
    """An identity code is never stored, whatever is confirmed."""
    code = "Asiakas 131052-308T soitti, ja numero on 040 123 4567."
    shown = await send(shared, phenomenon=code)
    marks = [part["valueOn"] for part in parts(shown.page) if part.get("id") == "confirmed"]
    for mark in (*marks, "yes", "0" * 32):
        async with shared.untouched():
            answer = await send(shared, phenomenon=code, confirmed=mark)
        assert "131052-308T" in below(answer.page, "phenomenon")


# -- nonces --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nonce", [..., None, "", "short", "x" * 65, "x" * 100_000, 7, True, [], {}, ["x" * 32]],
    ids=lambda nonce: repr(nonce)[:20],
)  # fmt: skip
@pytest.mark.parametrize("sender", ["named", "anonymous"])
async def test_a_form_without_its_mark_loses_nothing(
    shared: Target, nonce: Any, sender: str
) -> None:
    """A form that lost its mark is stored once or comes back with all that was typed."""
    before = await count(shared)
    answer = await send(shared, nonce=nonce, sender=sender)
    assert answer.status == 200
    if is_form(answer):
        assert value_of(answer.page, "phenomenon") == FILLED["phenomenon"]
        assert 16 <= len(nonce_of(answer.page)) <= 64
        assert await count(shared) == before
    else:
        assert receipt_of(answer)
        assert await count(shared) == before + 1


@pytest.mark.parametrize("sender", ["named", "anonymous"])
async def test_sending_twice_files_once(target: Target, sender: str) -> None:
    """Teams may send a form again and again: one report, one and the same receipt."""
    nonce = target.nonce()
    answers = [await send(target, nonce=nonce, sender=sender) for _ in range(3)]
    assert len({receipt_of(answer) for answer in answers}) == 1
    assert await count(target) == 1


@pytest.mark.parametrize("sender", ["named", "anonymous"])
async def test_sending_at_once_files_once(target: Target, sender: str) -> None:
    """Twenty at the same moment are still one report, with one and the same receipt."""
    nonce = target.nonce()
    answers = await at_once(*(send(target, nonce=nonce, sender=sender) for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    assert len({receipt_of(answer) for answer in answers}) == 1
    assert await count(target) == 1


async def test_sending_again_with_another_text_changes_nothing(target: Target) -> None:
    """What was filed stays as it was filed."""
    nonce = target.nonce()
    first = await send(target, nonce=nonce)
    again = await send(target, nonce=nonce, phenomenon="Jotain aivan muuta.")
    assert receipt_of(first) == receipt_of(again)
    (report,) = await target.bot.store.all_reports()
    assert report.phenomenon == FILLED["phenomenon"]


@pytest.mark.parametrize("sender", ["named", "anonymous"])
async def test_anothers_nonce_gives_nothing_of_theirs(target: Target, sender: str) -> None:
    """Whoever learns another's form mark files a report of their own and sees nothing else."""
    nonce = target.nonce()
    first = await send(target, nonce=nonce, sender=sender, phenomenon="Ainon oma havainto.")
    other = await send(target, nonce=nonce, sender=sender, who=SOMEBODY)
    assert receipt_of(first) != receipt_of(other)
    assert "Ainon" not in json.dumps(other.body, ensure_ascii=False)
    assert await count(target) == 2


async def test_a_named_report_stays_named(target: Target) -> None:
    """The same form sent anonymously afterwards answers with the number it already has."""
    nonce = target.nonce()
    named = await send(target, nonce=nonce, sender="named")
    again = await send(target, nonce=nonce, sender="anonymous")
    assert receipt_of(again) == receipt_of(named)
    assert await count(target) == 1


async def test_an_anonymous_report_never_gets_a_name(target: Target) -> None:
    """The same form sent with a name afterwards stores no name, id or conversation."""
    nonce = target.nonce()
    nameless = await send(target, nonce=nonce, sender="anonymous")
    again = await send(target, nonce=nonce, sender="named")
    assert receipt_of(again) == receipt_of(nameless)
    (report,) = await target.bot.store.all_reports()
    assert report.anonymous
    await target.bot.store.check()
    kept = b"".join(path.read_bytes() for path in target.folder.rglob("*") if path.is_file())
    for trace in (AINO.id, AINO.name, "chat-of", receipt_of(nameless), nonce):
        assert trace.encode() not in kept


async def test_named_and_anonymous_at_once_are_one_report(target: Target) -> None:
    """However a form is sent twice at the same moment, one report comes of it."""
    nonce = target.nonce()
    answers = await at_once(
        *(send(target, nonce=nonce, sender=("named", "anonymous")[i % 2]) for i in range(10))
    )
    assert len({receipt_of(answer) for answer in answers}) == 1
    assert await count(target) == 1


async def test_a_receipt_does_not_wait_for_teams_to_take_the_chats_line(target: Target) -> None:
    """Teams waits five seconds for a form's answer, so it waits for nothing but the store."""
    await target.bot.say("hei")
    gate = target.bot.teams.hold()
    sending = asyncio.create_task(send(target))
    try:
        async with asyncio.timeout(3):
            answer = await asyncio.shield(sending)
    finally:
        gate.set()
        await sending
    assert receipt_of(answer) == "R-2026-0001"


# -- what is shown -------------------------------------------------------------------------

MARK = "Ömpyläkkö"
TEXTS_THAT_ACT = {
    "a link": f"[{MARK}](https://evil.example)",
    "an address": f"https://evil.example/{MARK}",
    "a picture": f"![{MARK}](https://evil.example/x.png)",
    "bold": f"**{MARK}** _x_ ~~y~~ `z`",
    "a heading": f"# {MARK}\n- x\n1. y\n> z",
    "HTML": f"<a href='https://evil.example'>{MARK}</a><img src=x onerror=alert(1)>",
    "a mention": f"<at>{MARK}</at>",
    "a mention of all": f"<at id='0'>{MARK}</at> @everyone @channel",
    "a script": f"<script>alert('{MARK}')</script>",
    "a card": json.dumps(
        {"type": "TextBlock", "text": MARK, "selectAction": {"type": "Action.OpenUrl"}},
        ensure_ascii=False,
    ),
    "a template": f"${{{MARK}}} {{{{{MARK}}}}} {{{{DATE(2026-01-01T00:00:00Z, SHORT)}}}}",
    "a Fluent placeable": f"{{ $number }} {{ {MARK} }} {{ -brand }}",
    "a format": f"%s %(x)s {{0}} {{text}} {MARK}",
    "an entity": f"&lt;b&gt;{MARK}&amp;",
}


def check_shown(message: Any, where: str) -> bool:
    """Demand that the marker is shown as typed or not at all; return whether it is shown."""
    shown = False
    for part in parts(message):
        for key, value in part.items():
            if not isinstance(value, str) or MARK not in value:
                continue
            kind = part.get("type")
            harmless = (
                (kind == "TextRun" and key == "text" and "selectAction" not in part)
                or (str(kind).startswith("Input.") and key == "value")
                or (key == "text" and part.get("verb") == "report.open")  # carried by a button
            )
            assert harmless, f"{where}: {kind}.{key} holds a person's words"
            shown = True
        if part.get("type") == "Action.OpenUrl" or part.get("url"):
            raise AssertionError(f"{where}: a link")
    assert "entities" not in json.dumps(message)
    return shown


@pytest.mark.parametrize("name", TEXTS_THAT_ACT)
async def test_words_of_a_person_are_shown_and_never_act(tmp_path: Any, name: str) -> None:
    """What somebody types is seen as typed by every reader: no link, mention or formatting."""
    text = TEXTS_THAT_ACT[name]
    free_units = dataclasses.replace(read_county(COUNTY), units=())
    policy = Policy(tenants=(TENANT,), coordinators=frozenset({COORDINATOR}), county=free_units)
    async with running_target(tmp_path / "data", policy=policy) as target:
        bot = target.bot
        marked = {"team": {"id": "19:t", "name": text}, "channel": {"id": "19:g", "name": text}}
        fields = bot.in_channel()
        fields["channelData"] |= marked
        bound = await bot.post(bot.activity(KAISA, type="message", text="liitä kanava", **fields))
        which = await bot.say("kanava", KAISA)
        for posted in bound.posted + which.posted:
            # A message of text alone is sent as plain.
            assert posted.get("textFormat") == "plain" or MARK not in json.dumps(posted)
        who = Who("aad-paha", text)
        refused = await send(target, who=who, phenomenon=text, proposal=text, unit=text, kind="x")
        assert check_shown(refused.body, "the form again")
        filed = await send(target, who=who, phenomenon=text, proposal=text, unit=text)
        check_shown(filed.body, "the receipt")
        shown = [check_shown(card, "the channel") for card in await bot.deliver()]
        assert shown == [True]
        typed = await bot.say(f"{text} on tämä minun pitkä havaintoni", who)
        for way in (typed, await bot.say("omat", who), await bot.press("own.more", who=who)):
            check_shown([way.body, way.posted], "the chat")
        opened = await bot.open("report.open", {"text": text}, who=who)
        assert check_shown(opened.body, "the form")
        asked = await bot.send("state.ask", {"code": text[:60]}, who=who)
        check_shown(asked.body, "the state")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\u0000b", "ab"),
        ("a\u0007\u001b[31mb", "a[31mb"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\u202eb\u2066c\u2069\u200f", "abc"),
        ("a\u2028b", "a\nb"),
        ("a\ufeffb\ufffec", "abc"),
        ("räksä 😀 👍🏽 🇫🇮 ❤️ 1️⃣", "räksä 😀 👍🏽 🇫🇮 ❤️ 1️⃣"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("שלום مرحبا", "שלום مرحبا"),
        ("e\u0301", "e\u0301"),
        ("=1+1", "=1+1"),
    ],
    ids=ascii,
)
async def test_what_is_stored_is_what_can_be_seen(shared: Target, typed: str, kept: str) -> None:
    """No invisible mark that turns or hides text is stored; every letter and emoji is."""
    answer = await send(shared, phenomenon=f"Havainto {typed} tässä")
    report = await shared.bot.store.report_by_number(TENANT, receipt_of(answer))
    assert report is not None
    assert report.phenomenon == f"Havainto {kept} tässä"


@pytest.mark.parametrize(
    "name", ["Aino\u202eoniA", "Aino\nKaisa", "Aino\u0000", "\u2066Aino", "A" * 900, "", " "],
    ids=ascii,
)  # fmt: skip
async def test_a_name_cannot_disguise_itself(target: Target, name: str) -> None:
    """A sender's name is shown on one line, without marks that turn or hide text."""
    await target.bot.say_in_channel("liitä kanava")
    answer = await send(target, who=Who("aad-x", name))
    assert receipt_of(answer) == "R-2026-0001"
    (card,) = await target.bot.deliver()
    words = [run["text"] for run in parts(card) if run.get("type") == "TextRun"]
    hidden = [c for text in words for c in text if not c.isprintable() and c not in "\u00a0\u00ad"]
    assert hidden == []


# -- what is one's own ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "start",
    [-1, -10, 10**18, -(10**18), 10**30, 1.5, True, "0", "10", "", None, [], {}, "x" * 10_000],
    ids=lambda start: repr(start)[:20],
)
async def test_the_own_list_turns_to_no_page_that_is_not_there(shared: Target, start: Any) -> None:
    """Wherever a client asks to begin, a person sees their own reports and no others."""
    who = Who("aad-ahkera", "Ahti Ahkera")
    for number in range(len(await shared.bot.store.reports_of(TENANT, who.id)), 12):
        await send(shared, who, phenomenon=f"Oma havainto {number}")
        await send(shared, SOMEBODY, phenomenon="Vieras havainto")
    for way in (shared.bot.press, shared.bot.send):
        answer = await way("own.more", {"start": start}, who=who)
        assert answer.status == 200
        assert "Vieras" not in answer.text
        assert 1 <= answer.text.count("Oma havainto") <= 10


@pytest.mark.parametrize(
    "write",
    ["R-{year}-{number:04}", "r {year} {number}", "R-{year}-{number:06}", "R{year}-{number}",
     "  R-{year}-{number:04}  ", "R-２０２６-{number}", "R-{year}-999999", "R-0000-0000"],
)  # fmt: skip
async def test_anothers_number_is_answered_as_one_that_does_not_exist(
    shared: Target, write: str
) -> None:
    """Numbers run on and can be guessed; guessing tells nothing of another's report."""
    _, year, number = receipt_of(await send(shared)).split("-")
    code = write.format(year=year, number=int(number))
    for shown in (
        (await shared.bot.send("state.ask", {"code": code}, who=ELLEN)).text,
        (await shared.bot.say(f"tila {code}", ELLEN)).text,
    ):
        assert TEXTS.say("sv", "state-number-unknown", number="R")[:20] in shown
        assert FILLED["phenomenon"] not in shown


@pytest.mark.parametrize(
    "code",
    [
        None, 7, True, [], {}, ["R-2026-0001"], "", " ", "*", "%", "' OR 1=1 --", "x" * 61,
        "x" * 100_000, "kalo-meri-suto-vina-peha-tiru", "R-2026-", "\u0000", "😀", "../../etc",
        "R-2026-0001\nR-2026-0002", "${code}", "a" * 24,
    ],
    ids=lambda code: repr(code)[:24],
)  # fmt: skip
async def test_a_code_that_is_none_finds_nothing(shared: Target, code: Any) -> None:
    """Only a whole code, or one's own number, finds a report."""
    answer = await shared.bot.send("state.ask", {"code": code})
    assert answer.status == 200
    assert any(part.get("id") == "code" for part in parts(answer.page))
    assert "vastaanotettu" not in answer.text
    assert "vika on meidän" not in answer.text


async def test_anothers_code_does_not_name_its_sender(target: Target) -> None:
    """A code tells whoever has it how the report goes, and nothing of what or who."""
    code = receipt_of(await send(target, sender="anonymous"))
    answer = await target.bot.send("state.ask", {"code": code}, who=SOMEBODY)
    assert "vastaanotettu" in answer.text
    for secret in (AINO.name, AINO.id, FILLED["phenomenon"], "R-2026"):
        assert secret not in json.dumps(answer.body, ensure_ascii=False)


@pytest.mark.parametrize(
    "language", [None, "", "de", "FI", "fi ", 7, True, [], {}, ["fi"], "__class__", "x" * 9_999]
)
async def test_an_unknown_language_is_not_chosen(shared: Target, language: Any) -> None:
    """A person's language stays one that the bot speaks."""
    before = await shared.bot.store.person_settings(TENANT, AINO.id)
    answer = await shared.bot.press("language.choose", {"language": language})
    assert SAY("router-old-button") in answer.text
    assert await shared.bot.store.person_settings(TENANT, AINO.id) == before


# -- coordinators --------------------------------------------------------------------------

IMPOSTORS = {
    "anybody": SOMEBODY,
    "their name": Who("aad-outi", KAISA.name),
    "their id with a Kelvin sign": Who(KAISA.id.replace("k", "\u212a"), KAISA.name),
    "their id with a long s": Who(KAISA.id.replace("s", "\u017f"), KAISA.name),
    "their id and a space": Who(KAISA.id + " ", KAISA.name),
    "a space and their id": Who(" " + KAISA.id, KAISA.name),
    "their id and a NUL": Who(KAISA.id + "\u0000", KAISA.name),
    "their id in wide letters": Who("ａａｄ-kaisa", KAISA.name),
    "their id and another": Who(f"{KAISA.id},aad-outi", KAISA.name),
    "an empty list entry": Who(",", KAISA.name),
    "a star": Who("*", KAISA.name),
}


@pytest.mark.parametrize("name", IMPOSTORS)
@pytest.mark.parametrize("command", ["liitä kanava", "irrota kanava", "kanava"])
async def test_only_coordinators_command_the_channel(
    shared: Target, name: str, command: str
) -> None:
    """Nobody else binds, loosens or even learns the group's channel, whatever they call
    themselves."""
    bot, who = shared.bot, IMPOSTORS[name]
    if await bot.store.group_channel(TENANT) is None:
        await bot.say_in_channel("liitä kanava", KAISA)
    bound = await bot.store.group_channel(TENANT)
    assert bound is not None
    for answer in (
        await bot.say_in_channel(command, who, channel="19:evil@thread.tacv2"),
        await bot.say(command, who),
    ):
        assert answer.status == 200
        assert SAY("only-coordinators") in answer.text
        assert bound.team_name not in answer.text
    assert await bot.store.group_channel(TENANT) == bound
    hint = await bot.say("ohje", who)
    assert SAY("help-coordinator-title") not in hint.text


async def test_a_coordinator_known_by_account_id_alone_is_nobody(shared: Target) -> None:
    """Teams' own id of an account makes nobody a coordinator; only the Entra id does."""
    activity = shared.bot.activity(
        SOMEBODY, type="message", text="irrota kanava",
        **{"from": {"id": f"29:{KAISA.id}", "name": KAISA.name, "aadObjectId": SOMEBODY.id}},
    )  # fmt: skip
    assert SAY("only-coordinators") in (await shared.bot.post(activity)).text


# -- other places --------------------------------------------------------------------------


def place(bot: Bot, kind: Any) -> dict[str, Any]:
    """Make the fields of a conversation of a kind."""
    conversation = {"id": "19:others@thread.v2", "tenantId": TENANT, "isGroup": True}
    if kind is not ...:
        conversation["conversationType"] = kind
    return {"conversation": conversation}


@pytest.mark.parametrize(
    "kind", ["groupChat", "channel", "meeting", "Personal", "", None, ...], ids=repr
)
@pytest.mark.parametrize("way", ["omat", "own.list", "own.more", "own.more in a dialog"])
async def test_ones_own_reports_are_shown_to_nobody_else(
    shared: Target, way: str, kind: Any
) -> None:
    """Only a chat that is surely between the two of us shows what a person has reported."""
    bot, who = shared.bot, Who("aad-salla", "Salla Salainen")
    if not await bot.store.reports_of(TENANT, who.id):
        await send(shared, who, phenomenon="Oma salainen havainto")
    (report,) = await bot.store.reports_of(TENANT, who.id)
    assert report.number is not None
    where = place(bot, kind)
    if way == "omat":
        answer = await bot.say("omat", who, **where)
    elif way.endswith("dialog"):
        answer = await bot.send("own.more", {}, who=who, **where)
    else:
        answer = await bot.press(way, who=who, **where)
    assert answer.status == 200
    shown = json.dumps([answer.body, answer.posted], ensure_ascii=False)
    assert "Oma salainen" not in shown
    assert report.number not in shown


@pytest.mark.parametrize("kind", ["groupChat", "channel"])
async def test_nobody_else_learns_which_report_is_ones_own(target: Target, kind: str) -> None:
    """Asked among others for one's own number, the bot tells no more than for another's."""
    await send(target)
    where = place(target.bot, kind)
    own = await target.bot.say("tila R-2026-0001", **where)
    others = await target.bot.say("tila R-2026-0001", SOMEBODY, **where)
    assert "vastaanotettu" not in own.text
    assert own.status == others.status == 200


@pytest.mark.parametrize("kind", ["groupChat", "channel"])
@pytest.mark.parametrize("way", ["button", "message"])
async def test_no_receipt_code_is_shown_among_others(target: Target, way: str, kind: str) -> None:
    """A form sent outside its dialog among others never puts its code on everybody's screen."""
    where = place(target.bot, kind)
    data = {**FILLED, "sender": "anonymous", "nonce": target.nonce(), "verb": "report.send"}
    if way == "button":
        answer = await target.bot.press("report.send", data, **where)
        seen_by_all: Any = answer.posted
    else:
        activity = target.bot.activity(type="message", value=data, replyToId="1:1", **where)
        answer = await target.bot.post(activity)
        seen_by_all = answer.posted
    assert answer.status == 200
    assert SAY("receipt-code-lead") not in json.dumps(seen_by_all, ensure_ascii=False)


@pytest.mark.parametrize("who", [AINO, ELLEN], ids=lambda who: who.id)
async def test_a_named_reports_address_is_the_persons_own_chat(target: Target, who: Who) -> None:
    """News of a report go to the chat with its sender, never to a place where others read."""
    for kind in ("groupChat", "channel", "meeting", ""):
        await target.bot.send(
            "report.send", {**FILLED, "nonce": target.nonce()}, who=who, **place(target.bot, kind)
        )
    reports: list[Report] = list(await target.bot.store.all_reports())
    assert len(reports) == 4
    for report in reports:
        assert report.sender is not None
        assert report.sender.address is None


async def test_leaving_by_a_stranger_unbinds_no_channel(target: Target) -> None:
    """News that the app left another team leaves the group's channel bound."""
    bot = target.bot
    await bot.say_in_channel("liitä kanava", KAISA)
    bound: GroupChannel | None = await bot.store.group_channel(TENANT)
    for team in ({"id": "19:other"}, {}, {"id": ""}, {"id": None}, {"id": ["19:team"]}):
        fields = bot.in_channel(SOMEBODY)
        fields["channelData"]["team"] = team
        answer = await bot.post(
            bot.activity(SOMEBODY, type="installationUpdate", action="remove", **fields)
        )
        assert answer.status == 200
    assert bound is not None
    assert await bot.store.group_channel(TENANT) == bound
