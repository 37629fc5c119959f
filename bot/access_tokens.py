"""The bot's own access token: the ways to get one."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol, Unpack

import aiohttp

from bot.token_cache import CachedTokens, Surroundings
from bot.token_cache import TokenUnavailable as TokenUnavailable

RESOURCE: Final = "https://api.botframework.com"
IMDS: Final = "http://169.254.169.254/metadata/identity/oauth2/token"
"""https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token"""


class AccessTokens(Protocol):
    """Where the connector gets its bearer token."""

    async def token(self) -> str:
        """A token good for now; "" means send none. `TokenUnavailable` if there is none."""

    def drop(self, token: str) -> bool:
        """Forget a token that was refused; True if asking again will bring another one."""


class NoTokens:
    """Local mode: the emulator asks for no token."""

    async def token(self) -> str:
        return ""

    def drop(self, token: str) -> bool:
        return False


class ClientSecretTokens(CachedTokens):
    """Tokens for an app with a client secret (OAuth 2.0 client credentials).

    `login_url` names the tenant: `https://login.microsoftonline.com/{tenant}`.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        login_url: str,
        app_id: str,
        secret: str,
        **surroundings: Unpack[Surroundings],
    ) -> None:
        super().__init__(session, **surroundings)
        self._url = f"{login_url.rstrip('/')}/oauth2/v2.0/token"
        self._app_id = app_id
        self._secret = secret

    def _request(self) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._app_id,
            "client_secret": self._secret,
            "scope": f"{RESOURCE}/.default",
        }
        return self._session.post(
            self._url, data=form, timeout=self._timeout, allow_redirects=False
        )

    def __repr__(self) -> str:
        return f"ClientSecretTokens({self._app_id!r})"


class ManagedIdentityTokens(CachedTokens):
    """Tokens for a user-assigned managed identity; no secret to keep.

    On App Service and Container Apps give `endpoint` and `header` from the environment's
    `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`; on a virtual machine the
    defaults reach the instance metadata service.
    https://learn.microsoft.com/azure/app-service/overview-managed-identity
    """

    # The metadata service asks for these to be tried again too, 410 while it is being updated.
    passing = CachedTokens.passing | {404, 410}

    def __init__(
        self,
        session: aiohttp.ClientSession,
        app_id: str,
        *,
        endpoint: str = IMDS,
        header: str | None = None,
        **surroundings: Unpack[Surroundings],
    ) -> None:
        super().__init__(session, **surroundings)
        self._endpoint = endpoint
        self._app_id = app_id
        self._header = header

    def _request(self) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        query = {"resource": RESOURCE, "client_id": self._app_id}
        if self._header is None:
            headers = {"Metadata": "true"}
            query["api-version"] = "2018-02-01"
        else:
            headers = {"X-IDENTITY-HEADER": self._header}
            query["api-version"] = "2019-08-01"
        return self._session.get(
            self._endpoint,
            params=query,
            headers=headers,
            timeout=self._timeout,
            allow_redirects=False,
        )

    def __repr__(self) -> str:
        return f"ManagedIdentityTokens({self._app_id!r})"
