"""Can anything that a person typed, or who they are, be read in the logs?"""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from dialogs.reporting import filing, posts
from storage.records import PersonSettings
from storage.tinydb_engine.files import AtomicFile
from tests.fakes.sign_in import private_key
from tests.hostile.conftest import Target
from tests.kit import COORDINATOR, FILLED, TENANT, Who

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORD = "Ömpyläkkö"
WHO = Who("aad-7f3e9c", "Niilo Nimettävä")
OURS = ("karki", "bot", "dialogs", "storage", "app")


class Written:
    """Everything that was logged, as any formatter could write it."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog
        self.secrets = {WORD, WORD.encode("unicode_escape").decode(), WHO.id, WHO.name, "Niilo"}

    @property
    def text(self) -> str:
        formatter = logging.Formatter("%(levelname)s %(name)s %(message)s")
        # By the end of the test the fixture's own phase has begun, whose records are others.
        records = self._caplog.get_records("call")
        whole = [formatter.format(record) for record in records]
        return "\n".join([*whole, *(str(vars(record)) for record in records)])

    def check(self) -> None:
        found = [secret for secret in self.secrets if secret in self.text]
        assert found == []


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture) -> Iterator[Written]:
    """Listen to every logger, to ours down to the last detail; nothing secret may be heard."""
    # As app.main does: libraries may log whole requests.
    for name in ("aiohttp", "msrest", "urllib3", "msal", "asyncio"):
        caplog.set_level(logging.CRITICAL, logger=name)
    caplog.set_level(logging.INFO)
    for name in OURS:
        caplog.set_level(logging.DEBUG, logger=name)
    listening = Written(caplog)
    yield listening
    listening.check()


def filled(target: Target, **changes: Any) -> dict[str, Any]:
    text = f"Kerron, että {WORD} jonottaa liian pitkään."
    return {**FILLED, "phenomenon": text, "proposal": text, "nonce": target.nonce(), **changes}


async def test_an_ordinary_day_is_logged_without_a_word_of_it(
    target: Target, written: Written
) -> None:
    """Typing, reporting, asking and reading leave no words, names or ids in the log."""
    bot = target.bot
    written.secrets |= {bot.sign_in.token(bot.teams.url)[:40], "access-token"}
    await bot.say_in_channel("liitä kanava")
    await bot.say(f"{WORD} on minun pitkä havaintoni", WHO)
    await bot.say(WORD, WHO)
    await bot.say(f"tila {WORD}", WHO)
    for sender in ("named", "anonymous"):
        answer = await bot.send("report.send", filled(target, sender=sender), who=WHO)
        assert answer.status == 200
    for wrong in (
        {"kind": WORD},
        {"phenomenon": WORD * 900},
        {"phenomenon": f"{WORD} 131052-308T"},
        {"phenomenon": f"{WORD} 040 123 4567"},
        {"nonce": WORD},
        {"sender": [WORD]},
    ):
        await bot.send("report.send", filled(target, **wrong), who=WHO)
    await bot.send("state.ask", {"code": WORD}, who=WHO)
    await bot.press("language.choose", {"language": WORD}, who=WHO)
    await bot.press(WORD, {WORD: WORD}, who=WHO)
    await bot.say("omat", WHO)
    await bot.deliver()
    bot.now.move(days=4)
    await bot.deliver()


async def test_refusals_are_logged_without_what_was_refused(
    target: Target, written: Written
) -> None:
    """A refused request leaves its reason in the log, and nothing of itself."""
    bot = target.bot
    true = bot.sign_in.bearer(bot.teams.url)
    other_key = bot.sign_in.bearer(
        bot.teams.url, header={"kid": WORD}, signed_by=private_key(77), iss=WORD
    )
    written.secrets |= {true[20:60], other_key[-40:], "aad-other-tenant"}
    await bot.post(b'{"text": "' + WORD.encode() + b'"', {"Authorization": true})
    await bot.post(f'["{WORD}"]', {"Authorization": true})
    await bot.post({"type": {WORD: WORD}, WORD: WORD}, {"Authorization": true})
    await bot.post(target.form(WHO, conversation={"id": WORD, "tenantId": [WORD]}))
    await bot.post(target.form(WHO), {"Authorization": f"Bearer {WORD}.{WORD}.{WORD}"})
    await bot.post(target.form(WHO), {"Authorization": other_key})
    await bot.post(target.form(WHO), {"Authorization": true[:-5]})
    await bot.post(target.form(WHO, channelId=WORD))
    await bot.post(target.form(WHO, serviceUrl=f"https://{WORD}.example/"))
    await bot.post(target.form(Who("aad-other-tenant", WORD, tenant=WORD)))
    await bot.post(target.form(WHO, value=WORD * 30_000))
    assert "refused with 4" in written.text


@pytest.mark.parametrize("way", ["send", "press"])
async def test_a_crash_is_logged_by_its_reference_alone(
    target: Target, written: Written, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """When the bot fails, the person gets a reference, and the log has it and where it failed."""

    def crash(texts: Any, **_: Any) -> None:
        try:
            raise KeyError(f"{texts}")
        except KeyError as inner:
            raise ValueError(f"{texts} {WHO}") from inner

    monkeypatch.setattr(filing, "check_texts", crash)
    before = await target.everything()
    answer = await getattr(target.bot, way)("report.send", filled(target), who=WHO)
    assert answer.status == 200
    assert "vika on meidän" in answer.text
    reference = next(
        word.strip(".") for word in answer.text.split() if len(word.strip(".")) == 8
        and all(c in "0123456789ABCDEF" for c in word.strip("."))
    )  # fmt: skip
    assert reference in written.text
    assert "ValueError from KeyError" in written.text
    assert "test_logs.py" in written.text
    assert (await target.everything())[:4] == before[:4]


async def test_a_record_that_cannot_be_made_is_logged_without_its_words(
    target: Target, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What pydantic says of a value never reaches the log."""
    real = filing.Report

    def too_long(**fields: Any) -> Any:
        return real(**{**fields, "unit": f"{WORD} {WHO.name} " * 100})

    monkeypatch.setattr(filing, "Report", too_long)
    answer = await target.bot.send("report.send", filled(target), who=WHO)
    assert "vika on meidän" in answer.text
    assert "ValidationError" in written.text


async def test_a_crash_outside_a_turn_is_no_breakdown(
    target: Target, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure before there is anybody to answer is answered with a reference too."""

    async def crash(tenant: str, person: str) -> PersonSettings:
        raise RuntimeError(f"{WORD} {tenant} {person}")

    monkeypatch.setattr(target.bot.store, "person_settings", crash)
    answer = await target.bot.send("report.send", filled(target), who=WHO)
    assert "reference " in answer.body["error"]
    assert answer.body["error"].split()[-1] in written.text


async def test_a_full_disk_is_told_to_the_person_and_named_in_the_log(
    target: Target, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When nothing can be stored, the text comes back to the person and stays out of the log."""

    def full(self: AtomicFile, data: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", f"{data}")

    with monkeypatch.context() as patch:
        patch.setattr(AtomicFile, "write", full)
        for sender in ("named", "anonymous"):
            answer = await target.bot.send("report.send", filled(target, sender=sender), who=WHO)
            assert WORD in answer.text
            assert "ei voitu juuri nyt tallentaa" in answer.text
        chosen = await target.bot.press("language.choose", {"language": "sv"}, who=WHO)
        assert chosen.status == 200
        assert chosen.posted
        await target.bot.delivery.tick()
        ready = await target.bot.client.get("/readyz")
        assert ready.status == 503
        assert WORD not in await ready.text()
        assert str(target.folder) not in await ready.text()
    assert "No space left on device" in written.text
    assert await target.bot.store.all_reports() == []
    await target.bot.delivery.tick()
    assert (await target.bot.client.get("/readyz")).status == 200


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
async def test_what_teams_says_of_a_failure_is_not_repeated(
    target: Target, written: Written, status: int
) -> None:
    """Teams may quote a message in its refusal; the log keeps the status and no quotation."""
    body = f'{{"error": {{"code": "Bad {WORD}", "message": "{WORD} {WHO.name}"}}}}'.encode()
    bot = target.bot
    await bot.say_in_channel("liitä kanava")
    await bot.send("report.send", filled(target), who=WHO)
    bot.teams.answer(status, body=body, retry_after="0")
    bot.teams.answer(status, times=5, body=body, retry_after="60")
    await bot.deliver()
    await bot.say(f"{WORD} on minun pitkä havaintoni", WHO)


async def test_a_post_that_cannot_be_written_is_logged_without_its_words(
    target: Target, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure while a report is shown to the group tells the log where, not what."""

    def crash(report: Any, *_: Any) -> None:
        raise ValueError(f"{report!r}")

    bot = target.bot
    await bot.say_in_channel("liitä kanava")
    await bot.send("report.send", filled(target), who=WHO)
    monkeypatch.setattr(posts, "report_card", crash)
    assert await bot.deliver() == []
    assert "a post failed, reference" in written.text
    (waiting,) = await bot.store.outbox()
    assert waiting.attempts == 1


async def test_sign_in_troubles_are_logged_without_secrets(
    target: Target, written: Written
) -> None:
    """Neither the app's password nor what sign-in answers reaches the log."""
    bot = target.bot
    written.secrets |= {"not-a-real-secret"}
    bot.sign_in.fail("token", 401, body={"error": "invalid_client", "error_description": WORD})
    await bot.say("hei", WHO)
    assert "invalid_client" in written.text


async def test_what_the_program_says_of_itself_has_no_secrets(target: Target) -> None:
    """Printing any part of the program, as a debugger or an error may, shows no secret."""
    from bot.settings import Settings
    from dialogs.privacy.vault import Vault

    secret = "an invented secret that is long enough"
    made = Settings(local=False, secret=secret, app_password=secret, app_tenant=TENANT)
    for part in (made, Vault(secret), COORDINATOR):
        assert secret not in repr(part)
        assert secret not in str(part)
