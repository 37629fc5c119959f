"""A worker reports a phenomenon: from the form to the receipt."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from dialogs.reporting.receipt_code import read_code
from storage.errors import NotSaved
from tests.kit import AINO, ELLEN, FILLED, Bot, at_once, words_of


def _nonce(page: dict[str, Any]) -> str:
    nonce: str = page["actions"][0]["data"]["nonce"]
    return nonce


def _inputs(page: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {part["id"]: part for part in page["body"] if part["type"].startswith("Input.")}


async def _code(bot: Bot, **changes: str) -> str:
    answer = await bot.report(sender="anonymous", **changes)
    codes = [code for line in answer.text.splitlines() if (code := _code_in(line))]
    assert len(codes) == 1
    return codes[0]


def _code_in(line: str) -> str | None:
    return read_code(line) if line.count("-") == 5 else None


async def test_a_report_under_ones_name_gets_the_years_first_number(bot: Bot) -> None:
    answer = await bot.report()
    assert answer.status == 200
    assert "R-2026-0001" in answer.text
    report = await bot.store.report_by_number(AINO.tenant, "R-2026-0001")
    assert report is not None
    assert report.phenomenon == FILLED["phenomenon"]
    assert report.sender is not None
    assert report.sender.person == AINO.id
    assert report.filed_at == bot.now()


async def test_the_chat_keeps_the_number_of_a_named_report_but_not_its_text(bot: Bot) -> None:
    answer = await bot.report()
    assert [message["text"] for message in answer.posted] == [
        "Kiitos! Ilmoituksesi numero on R-2026-0001. Kirjoita omat, niin näet kaikki ilmoituksesi."
    ]
    assert FILLED["phenomenon"] not in json.dumps(answer.posted, ensure_ascii=False)


async def test_an_anonymous_report_gets_a_code_in_the_dialog_and_nothing_in_the_chat(
    bot: Bot,
) -> None:
    answer = await bot.report(sender="anonymous")
    assert answer.posted == []
    assert "koodi" in answer.text


async def test_an_anonymous_report_stores_no_person_no_chat_and_no_time_of_day(bot: Bot) -> None:
    code = await _code(bot, news="yes")
    (report,) = await bot.store.all_reports()
    assert report.day == dt.date(2026, 11, 20)
    stored = report.model_dump_json()
    for trace in (AINO.id, AINO.name, "chat-of", code, "R-2026", "T10:"):
        assert trace not in stored
    assert (report.sender, report.filed_at, report.number) == (None, None, None)


async def test_sending_the_same_form_again_files_once_and_shows_the_same_receipt(
    bot: Bot,
) -> None:
    for sender in ("named", "anonymous"):
        nonce = _nonce((await bot.open("report.open")).page)
        form = {**FILLED, "sender": sender, "nonce": nonce}
        answers = await at_once(*(bot.send("report.send", form) for _ in range(5)))
        answers.append(await bot.send("report.send", form))
        assert len({words_of(answer.page) for answer in answers}) == 1
    assert len(await bot.store.all_reports()) == 2


async def test_somebody_elses_nonce_gives_nobody_the_first_senders_receipt(bot: Bot) -> None:
    form = {**FILLED, "sender": "anonymous", "nonce": "n" * 32}
    first = await bot.send("report.send", form)
    second = await bot.send("report.send", form, who=ELLEN)
    assert words_of(first.page) != words_of(second.page)
    assert len(await bot.store.all_reports()) == 2


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("kind", "Valitse, millaisesta asiasta on kyse."),
        ("phenomenon", "Kerro ilmiöstä muutamalla sanalla."),
        ("proposal", "Kerro, mitä ehdotat."),
        ("sender", "Valitse, lähetätkö omalla nimelläsi vai nimettömänä."),
    ],
)
async def test_an_error_stands_right_below_its_field_and_what_was_typed_stays(
    bot: Bot, missing: str, sentence: str
) -> None:
    answer = await bot.report(**{missing: ""})
    body = answer.page["body"]
    place = [part.get("id") for part in body].index(missing)
    assert words_of(body[place + 1]).startswith(sentence)
    inputs = _inputs(answer.page)
    for field, typed in FILLED.items():
        if field != missing:
            assert inputs[field]["value"] == typed
    assert await bot.store.all_reports() == []


async def test_a_good_practice_and_a_weak_signal_need_no_proposal(bot: Bot) -> None:
    for kind in ("good-practice", "weak-signal"):
        assert "Kiitos" in (await bot.report(kind=kind, proposal="")).text


async def test_an_identity_code_is_refused_even_when_it_is_confirmed(bot: Bot) -> None:
    answer = await bot.report(phenomenon="Asiakas 131052–308t jäi ilman apua.")
    assert "henkilötunnus «131052–308t»" in answer.text
    assert "confirmed" not in _inputs(answer.page)
    again = await bot.report(phenomenon="Asiakas 131052–308t jäi ilman apua.", confirmed="yes")
    assert "henkilötunnus" in again.text
    assert await bot.store.all_reports() == []


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("Soitto numeroon 040 123 4567 ei vastaa.", "040 123 4567"),
        ("Viesti osoitteeseen aino@esimerkki.fi katosi.", "aino@esimerkki.fi"),
        ("Kotikäynti osoitteessa Koivukuja 5 B 12 peruttiin.", "Koivukuja 5 B 12"),
        ("Poika on syntynyt 3.5.2019 ja jää ilman paikkaa.", "3.5.2019"),
    ],
)
async def test_other_details_are_shown_with_the_passage_and_can_be_confirmed(
    bot: Bot, text: str, passage: str
) -> None:
    opened = await bot.open("report.open")
    form = {**FILLED, "phenomenon": text, "nonce": _nonce(opened.page)}
    doubted = await bot.send("report.send", form)
    assert f"«{passage}»" in doubted.text
    confirmation = _inputs(doubted.page)["confirmed"]
    assert confirmation["value"] == "no"
    confirmed = {**form, "confirmed": confirmation["valueOn"]}
    assert "R-2026-0001" in (await bot.send("report.send", confirmed)).text


async def test_confirming_one_passage_does_not_confirm_another(bot: Bot) -> None:
    doubted = await bot.report(phenomenon="Soitto numeroon 040 123 4567 ei vastaa.")
    mark = _inputs(doubted.page)["confirmed"]["valueOn"]
    other = await bot.report(phenomenon="Soitto numeroon 050 765 4321.", confirmed=mark)
    assert "«050 765 4321»" in other.text
    assert await bot.store.all_reports() == []


async def test_what_cannot_be_saved_comes_back_in_the_form(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise NotSaved("No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(type(bot.store), "file_report", refuse)
        answer = await bot.report()
    assert "ei voitu juuri nyt tallentaa" in answer.text
    inputs = _inputs(answer.page)
    assert inputs["phenomenon"]["value"] == FILLED["phenomenon"]
    sent = {field: part.get("value", "") for field, part in inputs.items()}
    again = await bot.send("report.send", {**sent, "nonce": _nonce(answer.page)})
    assert "R-2026-0001" in again.text


async def test_the_privacy_text_is_one_button_away_without_asking_the_bot(bot: Bot) -> None:
    page = (await bot.open("report.open")).page
    (toggle,) = [part for part in page["actions"] if part["type"] == "Action.ToggleVisibility"]
    assert toggle["title"] == "Tietosuoja"
    (section,) = [part for part in page["body"] if part.get("id") == "privacy"]
    assert section["isVisible"] is False
    assert "Nimettömänä:" in words_of({**section, "isVisible": True})
    # A button that asks the bot would lose what has been typed.
    assert toggle["targetElements"] == ["privacy"]


async def test_the_form_speaks_the_persons_language(bot: Bot) -> None:
    page = (await bot.open("report.open", who=ELLEN)).page
    assert "Vad gäller det?" in words_of(page)
    assert "Granträsk" in json.dumps(page, ensure_ascii=False)
    answer = await bot.report(who=ELLEN)
    assert "Tack, anmälan är sparad" in answer.text


async def test_news_are_off_until_asked_for_so_nothing_more_is_stored_than_needed(
    bot: Bot,
) -> None:
    page = (await bot.open("report.open")).page
    assert _inputs(page)["news"]["value"] == "no"
    await bot.report(news="no")
    (report,) = await bot.store.all_reports()
    assert report.sender is not None
    assert report.sender.address is None


async def test_every_input_has_a_label_and_the_card_stays_under_80_kilobytes(bot: Bot) -> None:
    long = "Äö €" * 490
    opened = await bot.open("report.open", {"text": long})
    answer = await bot.send(
        "report.send",
        {**FILLED, "nonce": _nonce(opened.page), "phenomenon": long * 3, "proposal": long * 3},
    )
    assert all(part["label"] for part in _inputs(answer.page).values())
    assert len(json.dumps(answer.page, ensure_ascii=False).encode("utf-16")) < 80_000
