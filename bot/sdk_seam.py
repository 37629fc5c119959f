"""The SDK's authentication seam: what is the same whoever is let in, and how one is refused."""

from __future__ import annotations

from typing import Any

from botbuilder.schema import ResourceResponse
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ConnectorFactory,
)

from bot.access_tokens import RESOURCE
from bot.connector import Connector, Effort


class Refused(Exception):
    """A request that is not served: the HTTP status, and a fixed phrase fit for a log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Unauthorized(Refused):
    """Nobody the bot knows: no token, or a bad one."""

    def __init__(self, reason: str) -> None:
        super().__init__(401, reason)


class Forbidden(Refused):
    """A true token, or none needed, but not for this: channel, service URL, way of calling."""

    def __init__(self, reason: str) -> None:
        super().__init__(403, reason)


class _Conversations:
    """What the SDK's adapter calls to send, over our connector, to one service URL."""

    __slots__ = ("_connector", "_effort", "_service_url", "conversations")

    def __init__(self, connector: Connector, service_url: str, effort: Effort) -> None:
        self._connector = connector
        self._service_url = service_url
        self._effort = effort
        self.conversations = self

    async def send_to_conversation(self, conversation: str, activity: Any) -> Any:
        body = activity.serialize()
        return ResourceResponse(
            id=await self._connector.post(self._service_url, conversation, body, self._effort)
        )

    async def reply_to_activity(self, conversation: str, reply_to: str, activity: Any) -> Any:
        body = activity.serialize()
        return ResourceResponse(
            id=await self._connector.reply(
                self._service_url, conversation, reply_to, body, self._effort
            )
        )

    async def update_activity(self, conversation: str, activity_id: str, activity: Any) -> Any:
        body = activity.serialize()
        await self._connector.update(
            self._service_url, conversation, activity_id, body, self._effort
        )
        return ResourceResponse(id=activity_id)

    async def delete_activity(self, conversation: str, activity_id: str) -> None:
        await self._connector.delete(self._service_url, conversation, activity_id, self._effort)


class _Factory(ConnectorFactory):
    def __init__(self, connector: Connector, effort: Effort) -> None:
        self._connector = connector
        self._effort = effort

    async def create(self, service_url: str, audience: str) -> Any:
        return _Conversations(self._connector, service_url, self._effort)


class SdkSeam(BotFrameworkAuthentication):
    """The half of the seam that is about answers: they go out over our `Connector`.

    So the SDK's adapter makes no client, no thread and no token request of its own.
    """

    def __init__(self, connector: Connector, effort: Effort) -> None:
        self._factory = _Factory(connector, effort)

    def create_connector_factory(self, claims_identity: Any) -> Any:
        return self._factory

    async def create_user_token_client(self, claims_identity: Any) -> None:
        """None: nobody signs in through this bot."""

    async def authenticate_streaming_request(self, auth_header: Any, channel_id_header: Any) -> Any:
        raise Forbidden("streaming is not served")

    def _result(self, identity: Any, caller_id: str | None) -> Any:
        result = AuthenticateRequestResult()
        result.audience = RESOURCE
        result.claims_identity = identity
        result.caller_id = caller_id
        result.connector_factory = self._factory
        return result
