"""What waits in the outbox is delivered, whatever Teams or the machine does meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.pace import TENANT_LIMITS, Pace
from storage.errors import NotSaved
from storage.records import Address, Post
from tests.fakes.clock import Clock
from tests.kit import KAISA, Bot, Now, running_bot


@pytest.mark.parametrize("status", [429, 502, 503, 504, 500, 412])
async def test_a_post_that_teams_does_not_take_now_is_tried_again_later(
    bot: Bot, status: int
) -> None:
    await bot.say_in_channel("liitä kanava")
    await bot.report(news="no")
    bot.teams.answer(status)
    await bot.deliver()
    (waiting,) = await bot.store.outbox()
    assert waiting.attempts == 1
    assert waiting.due > bot.now()
    assert waiting.claimed_until is None
    bot.now.move(hours=1)
    assert len(await bot.deliver()) == 1
    assert await bot.store.outbox() == []


async def test_teams_own_word_on_when_to_try_again_is_kept(bot: Bot) -> None:
    await bot.say_in_channel("liitä kanava")
    await bot.report()
    bot.teams.answer(429, retry_after="120")
    await bot.deliver()
    (waiting,) = await bot.store.outbox()
    assert (waiting.due - bot.now()).total_seconds() >= 120


@pytest.mark.parametrize("status", [403, 404])
async def test_a_post_refused_for_good_is_marked_and_told_to_the_coordinator(
    bot: Bot, status: int
) -> None:
    await bot.say_in_channel("liitä kanava")
    await bot.report()
    bot.teams.answer(status, code="MessageWritesBlocked")
    await bot.deliver()
    (given_up,) = await bot.store.outbox()
    assert given_up.given_up == "undeliverable"
    assert "ei ole ottanut" in (await bot.say("kanava", who=KAISA)).text
    await bot.say_in_channel("liitä kanava")
    assert len(await bot.deliver()) == 1


async def test_a_notice_to_somebody_who_removed_the_app_leaves_no_trace(bot: Bot) -> None:
    await bot.report(sender="anonymous", news="yes")
    bot.now.move(days=3)
    await bot.say_in_channel("liitä kanava")
    await bot.delivery.tick()
    await bot.delivery.deliver()
    bot.teams.answer(403)
    await bot.deliver()
    assert await bot.store.outbox() == []


async def test_posts_survive_a_restart(tmp_path: Path) -> None:
    now = Now()
    async with running_bot(tmp_path / "data", now=now) as bot:
        await bot.say_in_channel("liitä kanava")
        await bot.report()
        await bot.store.claim_due_posts(now(), 10, now().replace(year=2027))
    async with running_bot(tmp_path / "data", now=now) as bot:
        await bot.say_in_channel("liitä kanava")
        assert len(await bot.deliver()) == 1


async def test_the_health_page_tells_when_the_store_takes_no_writes(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse() -> None:
        raise NotSaved("No space left on device")

    async with bot.client.get("/readyz") as response:
        assert (response.status, await response.json()) == (200, {"ready": True, "why": []})
    with monkeypatch.context() as broken:
        broken.setattr(bot.store, "check", refuse)
        await bot.delivery.tick()
        async with bot.client.get("/readyz") as response:
            assert response.status == 503
            assert "No space left" in str(await response.json())
    await bot.delivery.tick()
    async with bot.client.get("/readyz") as response:
        assert response.status == 200


async def test_the_health_page_tells_when_the_tick_has_stopped(bot: Bot) -> None:
    bot.now.move(minutes=5)
    async with bot.client.get("/readyz") as response:
        assert response.status == 503
        assert (await response.json())["why"] == ["the tick has stopped"]
    async with bot.client.get("/healthz") as response:
        assert response.status == 200


async def test_several_posts_to_one_channel_come_in_the_order_they_were_caused(bot: Bot) -> None:
    for _ in range(5):
        await bot.report(news="no")
        bot.now.move(minutes=1)
    await bot.say_in_channel("liitä kanava")
    summaries = [post["summary"] for post in await bot.deliver()]
    assert summaries == [f"Uusi ilmoitus R-2026-000{n}: Muutostarve" for n in range(1, 6)]


async def test_a_tenant_gets_no_more_than_fifty_posts_in_a_second(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    sent: list[float] = []
    delivery = bot.delivery
    monkeypatch.setattr(delivery, "_tenant_pace", Pace(TENANT_LIMITS, clock=clock))
    monkeypatch.setattr(delivery, "_sleep", clock.sleep)
    posts = [
        Post(
            id=f"post-{n}",
            tenant=KAISA.tenant,
            to="address",
            topic="group-has-it",
            address=Address(service_url=bot.teams.url, conversation=f"a:chat-{n}"),
            due=bot.now(),
        )
        for n in range(120)
    ]

    async def claim(*_: object) -> list[Post]:
        return posts

    async def note(*_: object) -> None:
        sent.append(clock())

    monkeypatch.setattr(bot.store, "claim_due_posts", claim)
    monkeypatch.setattr(delivery, "_deliver_one", note)
    await delivery.deliver()
    assert len(sent) == 120
    assert all(later - earlier >= 1.0 for earlier, later in zip(sent, sent[50:], strict=False))
