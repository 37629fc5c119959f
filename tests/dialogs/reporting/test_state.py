"""A sender asks how a report is getting on, and lists their own."""

from __future__ import annotations

import pytest

from dialogs.reporting.receipt_code import read_code
from tests.kit import AINO, ELLEN, KAISA, Bot


async def _anonymous_code(bot: Bot) -> str:
    answer = await bot.report(sender="anonymous")
    return next(
        code
        for line in answer.text.splitlines()
        if line.count("-") == 5 and (code := read_code(line))
    )


async def test_a_code_tells_the_state_and_never_the_text(bot: Bot) -> None:
    code = await _anonymous_code(bot)
    answer = await bot.say(f"tila {code}")
    assert "vastaanotettu 20.11.2026" in answer.text
    assert "jonottavat" not in answer.text


async def test_a_code_typed_in_the_chat_brings_a_word_of_warning(bot: Bot) -> None:
    code = await _anonymous_code(bot)
    assert "Koodi jäi tähän keskusteluun" in (await bot.say(f"tila {code}")).text


async def test_the_code_can_be_given_in_a_dialog_where_it_leaves_no_trace_in_the_chat(
    bot: Bot,
) -> None:
    code = await _anonymous_code(bot)
    asked = await bot.say("tila")
    button = asked.posted[0]["attachments"][0]["content"]["actions"][0]
    assert button["data"]["msteams"] == {"type": "task/fetch"}
    assert (await bot.open("state.open")).page["body"]
    answer = await bot.send("state.ask", {"code": code})
    assert "vastaanotettu 20.11.2026" in answer.text
    assert answer.posted == []


@pytest.mark.parametrize("write", [str.upper, lambda code: code.replace("-", " "), str.title])
async def test_a_code_is_understood_however_it_is_written(bot: Bot, write) -> None:  # type: ignore[no-untyped-def]
    code = await _anonymous_code(bot)
    assert "vastaanotettu" in (await bot.say(f"tila {write(code)}")).text


async def test_a_mistyped_code_is_told_from_an_unknown_one(bot: Bot) -> None:
    code = await _anonymous_code(bot)
    other = "a" if code[-1] != "a" else "e"
    assert "kirjoitusvirhe" in (await bot.say(f"tila {code[:-1]}{other}")).text
    assert "ei näytä koodilta" in (await bot.say("tila 12345")).text


async def test_a_number_tells_its_state_only_to_whoever_filed_it(bot: Bot) -> None:
    await bot.report()
    assert "vastaanotettu" in (await bot.say("tila R-2026-0001")).text
    assert "vastaanotettu" in (await bot.say("tila r 2026 1")).text
    others = await bot.say("läge R-2026-0001", who=ELLEN)
    missing = await bot.say("läge R-2026-0002", who=ELLEN)
    assert others.text.replace("0001", "") == missing.text.replace("0002", "")


async def test_the_state_follows_the_report_to_the_groups_channel(bot: Bot) -> None:
    code = await _anonymous_code(bot)
    assert "kanava on liitetty" in (await bot.say(f"tila {code}")).text
    await bot.say_in_channel("liitä kanava")
    assert "seuraavassa erässä ma 23.11. klo 9.00" in (await bot.say(f"tila {code}")).text
    bot.now.move(days=3)
    await bot.deliver()
    assert "on saanut sen kanavalleen" in (await bot.say(f"tila {code}")).text


async def test_own_reports_are_listed_newest_first_and_only_ones_own(bot: Bot) -> None:
    await bot.report(phenomenon="Ensimmäinen havainto")
    await bot.report(phenomenon="Toinen havainto")
    await bot.report(who=ELLEN, phenomenon="Kolmas havainto")
    await bot.report(sender="anonymous", phenomenon="Neljäs havainto")
    text = (await bot.say("omat")).text
    assert text.index("R-2026-0002") < text.index("R-2026-0001")
    assert "Kolmas" not in text
    assert "Neljäs" not in text


async def test_without_own_reports_the_list_offers_the_form(bot: Bot) -> None:
    text = (await bot.say("omat")).text
    assert "Et ole vielä tehnyt ilmoituksia" in text
    assert "Raportoi ilmiö" in text


async def test_a_long_list_is_turned_page_by_page(bot: Bot) -> None:
    for number in range(23):
        await bot.report(phenomenon=f"Havainto {number}")
    first = await bot.say("omat")
    assert "Näkyvissä 1–10, yhteensä 23." in first.text
    last = await bot.press("own.more", {"start": 20})
    assert "Näkyvissä 21–23, yhteensä 23." in last.text
    assert [action["title"] for action in last.page["actions"]] == ["Uudemmat"]


async def test_own_reports_are_not_shown_in_a_channel(bot: Bot) -> None:
    await bot.report(who=KAISA, phenomenon="Salainen havainto")
    answer = await bot.say_in_channel("omat")
    assert "vain kahdenkeskisessä" in answer.text
    assert "Salainen" not in answer.text


async def test_nobody_elses_report_is_there_after_a_change_of_person(bot: Bot) -> None:
    await bot.report()
    assert "R-2026-0001" not in (await bot.say("mina", who=ELLEN)).text
    assert "R-2026-0001" in (await bot.say("mina", who=AINO)).text
