"""Which addresses the bot may speak to: its bearer token goes wherever a service URL points."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

PUBLIC_CLOUD: Final = (
    "smba.trafficmanager.net",
    "smba.onyx.prod.teams.trafficmanager.net",
    "*.botframework.com",
)
"""The public cloud's hosts; the two Teams hosts as Microsoft's Teams SDK lists them.

https://github.com/microsoft/teams-sdk, "Service URL Validation". `trafficmanager.net` is shared
by every Azure customer, so only whole host names under it can be trusted, never a wildcard.
Other clouds are for the settings: `smba.infra.gcc.teams.microsoft.com` (US GCC),
`smba.infra.gov.teams.microsoft.us` (GCC High), `smba.infra.dod.teams.microsoft.us` (DoD).
"""

LOCAL: Final = ("http://localhost", "http://127.0.0.1", "http://[::1]")
"""This machine on any port, for local mode."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}", re.ASCII)
_URL = re.compile(
    rf"(https?)://((?:{_LABEL}\.)*{_LABEL}|\[[0-9a-f:.]+\])(?::([1-9][0-9]{{0,4}}))?"
    r"(/[a-z0-9._~!$&'()*+,;=:%/-]*)?",
    re.ASCII,
)
_LONGEST = 2048
_DEFAULT_PORT = {"http": 80, "https": 443}


class ServiceUrls:
    """The allow-list of service URLs.

    An entry is a host (`smba.trafficmanager.net`) or a wildcard for everything below one
    (`*.botframework.com`), both https on port 443 only; or an origin (`http://127.0.0.1:9000`,
    or `http://localhost` for any port), for tests and local mode. A bad entry is a `ValueError`.
    """

    def __init__(self, entries: Iterable[str] = PUBLIC_CLOUD) -> None:
        if isinstance(entries, str):
            raise TypeError("give a list of entries, not one string")
        self._hosts: set[str] = set()
        self._suffixes: tuple[str, ...] = ()
        self._origins: set[tuple[str, str, int | None]] = set()
        for entry in entries:
            self._add(entry)

    def _add(self, entry: str) -> None:
        name = entry.strip().lower()
        if "://" in name:
            found = _URL.fullmatch(name)
            if found is None or found[4] not in (None, "/"):
                raise ValueError(f"not an origin such as https://host or http://host:9000: {entry}")
            self._origins.add((found[1], found[2], int(found[3]) if found[3] else None))
        elif name.startswith("*."):
            if _HOST.fullmatch(name[2:]) is None or "." not in name[2:]:
                raise ValueError(f"a wildcard needs a domain of two parts or more: {entry}")
            self._suffixes += (name[1:],)
        elif _HOST.fullmatch(name):
            self._hosts.add(name)
        else:
            raise ValueError(f"not a host, *.domain or origin: {entry}")

    def allows(self, url: object) -> bool:
        """Whether the bot may send there.

        True only for a plain `scheme://host[:port][/path]` whose host is on the list: user
        names, backslashes, spaces, control characters, anything not ASCII, queries, fragments
        and a dot after the host are refused, because programs disagree about where they lead.
        """
        if not isinstance(url, str) or len(url) > _LONGEST or not url.isascii():
            return False
        found = _URL.fullmatch(url.lower())
        if found is None:
            return False
        scheme, host = found[1], found[2]
        port = int(found[3]) if found[3] else _DEFAULT_PORT[scheme]
        if port > 65535:
            return False
        if (
            scheme == "https"
            and port == 443
            and (host in self._hosts or host.endswith(self._suffixes))
        ):
            return True
        return (scheme, host, port) in self._origins or (scheme, host, None) in self._origins

    def __repr__(self) -> str:
        origins = [f"{s}://{h}:{p or '*'}" for s, h, p in self._origins]
        wildcards = [f"*{suffix}" for suffix in self._suffixes]
        return f"ServiceUrls({sorted([*self._hosts, *wildcards, *origins])})"
