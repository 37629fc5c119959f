"""The development group gets the reports in its channel: named at once, anonymous in batches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.kit import AINO, ELLEN, KAISA, Bot, Now, running_bot, words_of


def _told(posted: list[dict[str, Any]]) -> str:
    return "\n".join(words_of(message) for message in posted)


async def test_a_named_report_comes_to_the_channel_at_once(bot: Bot) -> None:
    assert "nyt kehittämisryhmän kanava" in (await bot.say_in_channel("liitä kanava")).text
    await bot.report()
    (card,) = await bot.deliver()
    told = words_of(card)
    for part in ("R-2026-0001", "Muutostarve", "tuettua asumista", "asumisen tiimi"):
        assert part in told
    for part in ("Asuminen", "Honkavaara", "Aikuissosiaalityö", AINO.name, "20.11.2026"):
        assert part in told
    assert card["summary"] == "Uusi ilmoitus R-2026-0001: Muutostarve"
    assert bot.teams.calls[-1].conversation == "19:group@thread.tacv2"
    assert await bot.deliver() == []


async def test_before_a_channel_is_bound_reports_wait_and_then_all_come(bot: Bot) -> None:
    await bot.report()
    await bot.report(sender="anonymous")
    bot.now.move(days=3)
    assert await bot.deliver() == []
    bound = await bot.say_in_channel("liitä kanava")
    assert "Odottamassa oli 2 ilmoitusta" in bound.text
    told = _told(await bot.deliver())
    assert "R-2026-0001" in told
    assert "R-2026-0002" in told


async def test_anonymous_reports_come_in_the_next_batch_and_not_before(bot: Bot) -> None:
    await bot.say_in_channel("liitä kanava")
    for number in range(5):
        await bot.report(sender="anonymous", news="no", phenomenon=f"Havainto {number}")
        assert await bot.deliver() == []
    bot.now.move(days=2, hours=22, minutes=59)  # Monday 8.59
    assert await bot.deliver() == []
    bot.now.move(minutes=1)
    told = _told(await bot.deliver())
    assert told.count("Nimetön") == 5
    assert "R-2026-0005" in told


async def test_the_order_in_a_batch_is_not_the_order_of_filing(bot: Bot) -> None:
    await bot.say_in_channel("liitä kanava")
    for number in range(12):
        await bot.report(sender="anonymous", phenomenon=f"Havainto {number:02d}")
    bot.now.move(days=3)
    await bot.deliver()
    reports = await bot.store.all_reports()
    filed = [report.phenomenon for report in reports]
    assert sorted(filed) != filed  # one chance in 479 million to be the same
    assert [report.number for report in reports] == [f"R-2026-{n:04d}" for n in range(1, 13)]


async def test_a_batch_missed_while_the_bot_was_down_comes_at_the_start(tmp_path: Path) -> None:
    now = Now()
    async with running_bot(tmp_path / "data", now=now) as bot:
        await bot.say_in_channel("liitä kanava")
        await bot.report(sender="anonymous")
    now.move(days=3, hours=5)
    async with running_bot(tmp_path / "data", now=now) as bot:
        # The fakes of the second run listen elsewhere, as Teams does after a move.
        channel = await bot.store.group_channel(AINO.tenant)
        assert channel is not None
        await bot.say_in_channel("liitä kanava")
        assert "R-2026-0001" in _told(await bot.deliver())


async def test_the_sender_hears_that_the_group_has_the_report(bot: Bot) -> None:
    await bot.report(news="yes")
    await bot.report(who=ELLEN, sender="anonymous", news="yes")
    await bot.report(who=KAISA, sender="anonymous", news="no")
    bot.now.move(days=3)
    await bot.say_in_channel("liitä kanava")
    before = len(bot.teams.calls)
    await bot.deliver()
    told = {
        call.conversation: words_of(call.json)
        for call in bot.teams.calls[before:]
        if call.conversation.startswith("a:")
    }
    assert told == {
        "a:chat-of-aad-aino": "Ilmoituksesi R-2026-0001 on nyt kehittämisryhmän kanavalla.",
        "a:chat-of-aad-ellen": (
            "Din anonyma anmälan finns nu i utvecklingsgruppens kanal. Med din kod ser du läget."
        ),
    }


async def test_the_notice_to_an_anonymous_sender_names_no_report_in_the_outbox(bot: Bot) -> None:
    await bot.say_in_channel("liitä kanava")
    await bot.report(sender="anonymous", news="yes")
    bot.now.move(days=3)
    await bot.delivery.tick()
    await bot.delivery.deliver()
    (notice,) = await bot.store.outbox()
    (report,) = await bot.store.all_reports()
    stored = notice.model_dump_json()
    for trace in (report.id, report.number or "", "chat-of", AINO.id):
        assert trace not in stored


async def test_moving_the_channel_moves_what_comes_next(bot: Bot) -> None:
    await bot.say_in_channel("liitä kanava")
    moved = await bot.say_in_channel("siirrä kanava", channel="19:other@thread.tacv2")
    assert "ei" in moved.text
    assert "Kehittämisryhmä" in moved.text
    await bot.report()
    await bot.deliver()
    assert bot.teams.calls[-1].conversation == "19:other@thread.tacv2"


async def test_binding_the_same_channel_again_changes_nothing(bot: Bot) -> None:
    await bot.say_in_channel("liitä kanava")
    assert "on jo kehittämisryhmän kanava" in (await bot.say_in_channel("liitä kanava")).text


async def test_an_unbound_channel_gets_nothing_more(bot: Bot) -> None:
    await bot.say_in_channel("liitä kanava")
    assert "irrotettu" in (await bot.say_in_channel("irrota kanava")).text
    await bot.report()
    assert await bot.deliver() == []
    told = (await bot.say("kanava", who=KAISA)).text
    assert "Mitään kanavaa ei ole liitetty" in told
    assert "Odottamassa on 1 ilmoitus." in told


async def test_only_coordinators_bind_unbind_or_ask(bot: Bot) -> None:
    for command in ("liitä kanava", "irrota kanava", "kanava"):
        answer = await bot.say_in_channel(command, who=AINO)
        assert "Vain koordinaattori" in answer.text
    assert await bot.store.group_channel(AINO.tenant) is None


async def test_a_chat_cannot_be_bound(bot: Bot) -> None:
    assert "Kirjoita tämä sillä kanavalla" in (await bot.say("liitä kanava", who=KAISA)).text


async def test_removing_the_app_from_the_team_lets_the_channel_go(bot: Bot) -> None:
    await bot.say_in_channel("liitä kanava")
    gone = bot.activity(KAISA, type="installationUpdate", action="remove", **bot.in_channel(KAISA))
    await bot.post(gone)
    assert await bot.store.group_channel(KAISA.tenant) is None


async def test_what_a_person_typed_is_never_taken_for_formatting(bot: Bot) -> None:
    await bot.say_in_channel("liitä kanava")
    sly = "[Paina tästä](https://vaara.example) **nyt** <at>Kaikki</at>"
    await bot.report(phenomenon=sly, unit="_yksikkö_ [x](https://vaara.example)")
    (card,) = await bot.deliver()
    assert sly in words_of(card)
    blocks = json.dumps(
        [part for part in _parts(card) if part.get("type") in {"TextBlock", "FactSet"}]
    )
    assert "vaara" not in blocks


def _parts(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [found for inner in part for found in _parts(inner)]
    if not isinstance(part, dict):
        return []
    return [part, *(found for inner in part.values() for found in _parts(inner))]
