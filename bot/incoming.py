"""Reads what was posted to the bot into an SDK activity, refusing what has a wrong shape."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

# Deeper than anything Teams sends; deeper bodies are refused before they reach anyone's recursion.
DEEPEST = 40

Id = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Name = Annotated[str, StringConstraints(max_length=1_000)]
Text = Annotated[str, StringConstraints(max_length=100_000)]


# Only these are answered; of the others nothing more is asked than what authentication needs.
ANSWERED = frozenset({"message", "invoke", "installationUpdate"})


class BadRequest(ValueError):
    """The body is not an activity; the message is a fixed phrase fit for a log."""


class _Part(BaseModel):
    # What Teams adds is ignored; what is read must have its type, without conversions.
    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)


class _Account(_Part):
    id: Id
    name: Name | None = None
    aad_object_id: Id | None = Field(None, alias="aadObjectId")


class _Conversation(_Part):
    id: Id
    conversation_type: Name | None = Field(None, alias="conversationType")
    tenant_id: Id | None = Field(None, alias="tenantId")
    is_group: bool | None = Field(None, alias="isGroup")


class _Activity(_Part):
    type: Id
    id: Id | None = None
    channel_id: Id = Field(alias="channelId")
    service_url: Id = Field(alias="serviceUrl")
    sender: _Account | None = Field(None, alias="from")
    conversation: _Conversation | None = None
    recipient: _Account | None = None
    channel_data: dict[str, Any] | None = Field(None, alias="channelData")
    text: Text | None = None
    locale: Name | None = None
    name: Name | None = None
    action: Name | None = None
    reply_to_id: Id | None = Field(None, alias="replyToId")
    entities: list[dict[str, Any]] | None = None
    value: Any = None


def read_activity(body: bytes) -> Activity:
    """Read an activity from a request's body. Raises BadRequest."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadRequest("the body is not JSON") from None
    if not isinstance(content, dict):
        raise BadRequest("the body is not an object")
    if body.count(b"{") + body.count(b"[") > DEEPEST and _too_deep(content):
        raise BadRequest("the body is nested too deep")
    try:
        read = _Activity.model_validate(content)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise BadRequest(f"the activity's {where} is missing or of a wrong type") from None
    if read.type in ANSWERED and (read.sender is None or read.conversation is None):
        raise BadRequest("the activity has no sender or no conversation")
    return Activity(
        type=read.type,
        id=read.id,
        channel_id=read.channel_id,
        service_url=read.service_url,
        from_property=_account(read.sender),
        conversation=_conversation(read.conversation),
        recipient=_account(read.recipient),
        channel_data=read.channel_data,
        text=read.text,
        locale=read.locale,
        name=read.name,
        action=read.action,
        reply_to_id=read.reply_to_id,
        # Entities stay plain: the SDK's Entity type drops what it does not know.
        entities=read.entities,
        value=read.value,
    )


def _conversation(conversation: _Conversation | None) -> ConversationAccount | None:
    if conversation is None:
        return None
    return ConversationAccount(
        id=conversation.id,
        conversation_type=conversation.conversation_type,
        tenant_id=conversation.tenant_id,
        is_group=conversation.is_group,
    )


def _account(account: _Account | None) -> ChannelAccount | None:
    if account is None:
        return None
    return ChannelAccount(id=account.id, name=account.name, aad_object_id=account.aad_object_id)


def _too_deep(content: object) -> bool:
    level = [content]
    for _ in range(DEEPEST):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
