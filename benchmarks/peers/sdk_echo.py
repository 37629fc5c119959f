"""The bare SDK bot: CloudAdapter of botbuilder-integration-aiohttp, each message echoed once.

Incoming tokens are verified by the SDK against the fake sign-in service. MSAL, which the SDK
asks for its own token, takes no login address but https ones and asks login.microsoftonline.com
about each; so here the token is fetched once from the fake service and kept. That is to the
peer's advantage: the SDK makes a new MSAL application, and asks it for a token, at every reply.
"""

from __future__ import annotations

import logging
import os
import types

import requests
from aiohttp import web
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botframework.connector.auth import (
    AppCredentials,
    PasswordServiceClientCredentialFactory,
)

from benchmarks.peers.serving import serve


class KeptToken(AppCredentials):
    """Credentials whose token was fetched beforehand."""

    def __init__(self, app_id: str, token: str) -> None:
        super().__init__(app_id)
        self._token = token

    def get_access_token(self, force_refresh: bool = False) -> str:
        return self._token


class KeptTokens(PasswordServiceClientCredentialFactory):
    """The SDK's factory of credentials, MSAL left out."""

    def __init__(self, app_id: str, password: str, token: str) -> None:
        super().__init__(app_id, password)
        self._credentials = KeptToken(app_id, token)

    async def create_credentials(
        self, app_id: str, oauth_scope: str, login_endpoint: str, validate_authority: bool
    ) -> AppCredentials:
        return self._credentials


class Echo(ActivityHandler):
    """Says back what was said."""

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(turn_context.activity.text)


def main() -> None:
    """Serve on a free port until ended."""
    logging.disable(logging.CRITICAL)
    app_id, password = os.environ["APP_ID"], os.environ["APP_PASSWORD"]
    form = {
        "grant_type": "client_credentials",
        "client_id": app_id,
        "client_secret": password,
        "scope": "https://api.botframework.com/.default",
    }
    login = os.environ["LOGIN_URL"]
    answer = requests.post(f"{login}/oauth2/v2.0/token", data=form, timeout=10)
    configuration = types.SimpleNamespace(
        APP_ID=app_id,
        APP_PASSWORD=password,
        TO_CHANNEL_FROM_BOT_LOGIN_URL=login,
        TO_CHANNEL_FROM_BOT_OAUTH_SCOPE="https://api.botframework.com",
        TO_BOT_FROM_CHANNEL_TOKEN_ISSUER="https://api.botframework.com",
        TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL=os.environ["METADATA_URL"],
    )
    adapter = CloudAdapter(
        ConfigurationBotFrameworkAuthentication(
            configuration,
            credentials_factory=KeptTokens(app_id, password, answer.json()["access_token"]),
        )
    )
    bot = Echo()

    async def messages(request: web.Request) -> web.StreamResponse:
        answer = await adapter.process(request, bot)
        assert answer is not None
        return answer

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    serve(app)


if __name__ == "__main__":
    main()
