"""Where an activity happened decides what may be shown there."""

from __future__ import annotations

import pytest

from tests.kit import Bot


@pytest.mark.parametrize(
    ("conversation", "shown"),
    [
        ({"id": "a:1", "conversationType": "personal"}, True),
        ({"id": "a:1"}, True),
        ({"id": "a:1", "isGroup": False}, True),
        ({"id": "19:x", "isGroup": True}, False),
        ({"id": "19:x", "conversationType": "groupChat"}, False),
        ({"id": "19:x", "conversationType": "meeting"}, False),
        ({"id": "19:x", "conversationType": ""}, False),
    ],
)
async def test_own_reports_are_shown_only_where_nobody_else_reads(
    bot: Bot, conversation: dict[str, object], shown: bool
) -> None:
    await bot.report()
    answer = await bot.say("omat", conversation=conversation)
    assert ("R-2026-0001" in answer.text) is shown
