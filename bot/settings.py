"""The settings, read once from the environment and checked before anything starts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.authentication import ISSUER
from bot.service_urls import LOCAL, PUBLIC_CLOUD, ServiceUrls
from bot.turns import same_id
from dialogs.county import CountyFileError, read_county
from dialogs.policy import County, Policy
from dialogs.reporting.release import BadSchedule, check_schedule
from dialogs.texts import LANGUAGES
from storage.errors import CannotOpen
from storage.opening import engine_of

T = TypeVar("T")

APP_TYPES = ("SingleTenant", "UserAssignedMSI")
OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
LOGIN_URL = "https://login.microsoftonline.com"
SHORTEST_SECRET = 32
# Local mode protects nothing: it serves one trial on one machine.
LOCAL_SECRET = "local mode only: this is no secret"  # noqa: S105


class BadSettings(Exception):
    """The settings cannot be used; `problems` says why, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the environment decides."""

    local: bool
    app_id: str = ""
    app_password: str = field(default="", repr=False)
    app_type: str = "SingleTenant"
    app_tenant: str = ""
    tenants: frozenset[str] = frozenset()
    host: str = "127.0.0.1"
    port: int = 3978
    store: str = "tinydb:data"
    secret: str = field(default=LOCAL_SECRET, repr=False)
    service_urls: tuple[str, ...] = PUBLIC_CLOUD
    openid_url: str = OPENID_URL
    issuer: str = ISSUER
    login_url: str = ""
    policy: Policy = field(default_factory=Policy)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings. Raises BadSettings that names everything wrong at once.

    Fails closed: without an app id only KARKI_LOCAL=1 starts, and never with both.
    """
    reader = _Reader(environment)
    local = reader.flag("KARKI_LOCAL")
    app_id = reader.text("MicrosoftAppId")
    if local and app_id:
        reader.problems.append(
            "KARKI_LOCAL=1 asks no authentication, so it cannot be used with MicrosoftAppId. "
            "Remove one of them."
        )
    settings = _local(reader) if local else _deployed(reader, app_id)
    if reader.problems:
        raise BadSettings(reader.problems)
    return settings


def _local(reader: _Reader) -> Settings:
    return Settings(
        local=True,
        port=reader.whole("PORT", 3978, 0, 65_535),
        store=reader.store(),
        secret=reader.text("KARKI_SECRET") or LOCAL_SECRET,
        service_urls=LOCAL,
        policy=reader.policy(local=True, tenants=()),
    )


def _deployed(reader: _Reader, app_id: str) -> Settings:
    if not app_id:
        reader.problems.append(
            "MicrosoftAppId is missing. Set it, or set KARKI_LOCAL=1 to try the bot on this "
            "machine alone."
        )
    app_type = reader.choice("MicrosoftAppType", "SingleTenant", APP_TYPES)
    password = reader.text("MicrosoftAppPassword")
    if app_type == "SingleTenant" and not password:
        reader.problems.append("MicrosoftAppPassword is missing: a SingleTenant app needs it.")
    tenant = reader.required("MicrosoftAppTenantId", "the Entra tenant of the app")
    secret = reader.text("KARKI_SECRET")
    if len(secret) < SHORTEST_SECRET:
        reader.problems.append(
            f"KARKI_SECRET must be at least {SHORTEST_SECRET} random characters, such as "
            "`openssl rand -hex 32` gives. Keep it: without it receipt codes stop working."
        )
    # Ids are compared in lower case: portals show them in either.
    served = reader.many("KARKI_TENANTS") or ([tenant] if tenant else [])
    tenants = tuple(same_id(id) for id in served)
    login = reader.text("ToChannelFromBotLoginUrl") or f"{LOGIN_URL}/{tenant}"
    return Settings(
        local=False,
        app_id=app_id,
        app_password=password,
        app_type=app_type,
        app_tenant=tenant,
        tenants=frozenset(tenants),
        host=reader.text("KARKI_HOST") or "0.0.0.0",  # noqa: S104 # a proxy stands in front
        port=reader.whole("PORT", 3978, 0, 65_535),
        store=reader.store(),
        secret=secret,
        service_urls=(*PUBLIC_CLOUD, *reader.service_urls()),
        openid_url=reader.text("ToBotFromChannelOpenIdMetadataUrl") or OPENID_URL,
        issuer=reader.text("ToBotFromChannelTokenIssuer") or ISSUER,
        login_url=login,
        policy=reader.policy(local=False, tenants=tenants),
    )


class _Reader:
    """Reads one environment and gathers what is wrong in it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        return self._environment.get(name, "").strip()

    def required(self, name: str, what: str) -> str:
        value = self.text(name)
        if not value:
            self.problems.append(f"{name} is missing: {what}.")
        return value

    def many(self, name: str) -> list[str]:
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def flag(self, name: str) -> bool:
        value = self.text(name)
        if value not in {"", "0", "1"}:
            self.problems.append(f"{name} must be 1 or 0, not {value!r}.")
        return value == "1"

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if len(value) > 9 or not value.isdecimal() or not least <= int(value) <= most:
            self.problems.append(f"{name} must be a number from {least} to {most}, not {value!r}.")
            return default
        return int(value)

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name) or default
        if value not in choices:
            self.problems.append(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
        return value

    def store(self) -> str:
        value = self.text("KARKI_STORE") or "tinydb:data"
        self._try(lambda: engine_of(value), CannotOpen)
        return value

    def service_urls(self) -> tuple[str, ...]:
        entries = tuple(self.many("KARKI_SERVICE_URLS"))
        self._try(lambda: ServiceUrls(entries), ValueError, "KARKI_SERVICE_URLS: ")
        return entries

    def policy(self, *, local: bool, tenants: tuple[str, ...]) -> Policy:
        default = Policy()
        zone_name = self.text("KARKI_TIMEZONE") or "Europe/Helsinki"
        zone: dt.tzinfo | None = self._try(
            lambda: ZoneInfo(zone_name),
            (ZoneInfoNotFoundError, ValueError, OSError),
            "KARKI_TIMEZONE is not a time zone: ",
        )
        county_file = self.text("KARKI_COUNTY")
        county = self._try(
            lambda: read_county(Path(county_file)) if county_file else County(),
            CountyFileError,
            "KARKI_COUNTY: ",
        )
        batches = self.text("KARKI_BATCHES") or default.batches
        self._try(
            lambda: check_schedule(batches, dt.datetime.now(dt.UTC)),
            BadSchedule,
            "KARKI_BATCHES: ",
        )
        return Policy(
            tenants=tenants,
            coordinators=frozenset(same_id(id) for id in self.many("KARKI_COORDINATORS")),
            local=local,
            language=self.choice("KARKI_LANGUAGE", "fi", LANGUAGES),
            zone=zone or default.zone,
            group_size=self.whole("KARKI_GROUP_SIZE", 5, 2, 1_000),
            batches=batches,
            county=county or County(),
        )

    def _try(
        self,
        make: Callable[[], T],
        errors: type[Exception] | tuple[type[Exception], ...],
        prefix: str = "",
    ) -> T | None:
        try:
            return make()
        except errors as error:
            self.problems.append(f"{prefix}{error}.".replace("..", "."))
            return None
