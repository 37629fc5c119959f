"""The bot as the SDK sees it: hands turns to the router and sends the replies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from botbuilder.core import ActivityHandler, BotAdapter, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes

from bot import activities, faults
from bot.authentication import Refused
from bot.connector import Connector, SendError
from bot.incoming import BadRequest
from bot.turns import Turns, acted, said
from dialogs.cards import card, plain
from dialogs.router import Router
from dialogs.texts import Texts
from dialogs.turns import Acted, Joined, Left, Message, Page, Reply, Said, Surface, Turn
from storage.errors import StoreError

log = logging.getLogger("karki")

# An answer in the chat may come after the answer to Teams, which must not come late.
LONGEST_WAIT = 1.5


class KarkiBot(ActivityHandler):
    """Answers every activity that Teams sends; unknown ones are left alone."""

    def __init__(
        self,
        router: Router,
        turns: Turns,
        connector: Connector,
        texts: Texts,
        *,
        after_turn: Callable[[], None],
        channel_pause: float = 0.0,
    ) -> None:
        super().__init__()
        self._router = router
        self._turns = turns
        self._connector = connector
        self._texts = texts
        self._after_turn = after_turn
        self._sending: set[asyncio.Task[None]] = set()
        self._channel_pause = channel_pause

    async def close(self) -> None:
        """Give up answers that are still on their way."""
        for task in self._sending:
            task.cancel()
        if self._sending:
            await asyncio.wait(self._sending)

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """Answer a typed message, or a button of a client that has no Action.Execute."""
        activity = turn_context.activity
        value = activity.value
        pressed = isinstance(value, dict) and ("verb" in value or not activity.text)
        what = acted(value, Surface.CARD) if pressed else said(activity)
        _, replies = await self._answer(activity, what)
        for reply in replies:
            if isinstance(reply, Message):
                await self._send(activity, activities.message(reply))
            elif pressed and activity.reply_to_id and not reply.fresh:
                await self._put(activity, reply)
            else:
                await self._send(activity, activities.card_message(reply.card))

    async def on_installation_update(self, turn_context: TurnContext) -> None:
        """Greet, or forget; the same news comes as a conversationUpdate, which is left alone."""
        activity = turn_context.activity
        action = activity.action or ""
        if action.startswith("add"):
            _, replies = await self._answer(activity, Joined())
            for reply in replies:
                if isinstance(reply, Message):
                    await self._send(activity, activities.message(reply))
        elif action.startswith("remove"):
            await self._answer(activity, Left())

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        """Answer a button, a form that opens or a form that was sent."""
        response = await self._invoke_response(turn_context.activity)
        # Put where the adapter looks for it: sent through the context, as the SDK does with what
        # is returned, the whole card would be copied value by value.
        turn_context.turn_state[BotAdapter._INVOKE_RESPONSE_KEY] = Activity(
            type=ActivityTypes.invoke_response, value=response
        )
        return response

    async def _invoke_response(self, activity: Activity) -> InvokeResponse:
        value = activity.value if isinstance(activity.value, dict) else {}
        match activity.name:
            case "adaptiveCard/action":
                action = value.get("action")
                action = action if isinstance(action, dict) else {}
                what = acted(action.get("data"), Surface.CARD, action.get("verb"))
                return await self._invoked(activity, what, self._card_answer)
            case "task/fetch" | "task/submit":
                what = acted(value.get("data"), Surface.DIALOG)
                return await self._invoked(activity, what, self._dialog_answer)
            case _:
                return InvokeResponse(status=200, body={})

    async def _invoked(
        self,
        activity: Activity,
        what: Acted,
        answer: Callable[[Turn, Page | None], dict[str, Any]],
    ) -> InvokeResponse:
        turn, replies = await self._answer(activity, what)
        pages = [reply for reply in replies if isinstance(reply, Page)]
        page = pages[-1] if pages else None
        new = [activities.message(reply) for reply in replies if isinstance(reply, Message)]
        if page is not None and page.fresh and what.surface is Surface.CARD:
            new.append(activities.card_message(page.card))
            page = None
        if new:
            # Teams waits five seconds for this answer, and asks again when it is late.
            sending = {asyncio.create_task(self._send(activity, message)) for message in new}
            self._sending |= sending
            for task in sending:
                task.add_done_callback(self._sending.discard)
            await asyncio.wait(sending, timeout=LONGEST_WAIT)
        return InvokeResponse(status=200, body=answer(turn, page))

    @staticmethod
    def _card_answer(_turn: Turn, page: Page | None) -> dict[str, Any]:
        return activities.card_answer(page.card) if page else activities.text_answer("")

    def _dialog_answer(self, turn: Turn, page: Page | None) -> dict[str, Any]:
        if page is not None:
            return activities.dialog(page)
        return activities.dialog_message(self._texts.say(turn.language, "dialog-see-chat"))

    async def _answer(
        self, activity: Activity, what: Said | Acted | Joined | Left
    ) -> tuple[Turn, list[Reply]]:
        """Let the router answer; an unexpected error becomes a sentence with a reference."""
        turn = await self._turns.of(activity, what)
        try:
            replies = await self._router.answer(turn)
        except StoreError as error:
            log.error("a turn was not saved: %s", type(error).__name__)
            replies = [self._plainly(turn, self._texts.say(turn.language, "not-saved"))]
        except (Refused, BadRequest):
            raise
        except Exception as error:
            reference = faults.record(error, "a turn")
            text = self._texts.say(turn.language, "something-went-wrong", reference=reference)
            replies = [self._plainly(turn, text)]
        self._after_turn()
        return turn, replies

    def _plainly(self, turn: Turn, text: str) -> Reply:
        if turn.in_dialog:
            return Page(self._texts.say(turn.language, "karki"), card(plain(text), told=text))
        return Message(text=text)

    async def _send(self, activity: Activity, message: dict[str, Any]) -> None:
        """Post an answer into the conversation where the activity came from."""
        if self._channel_pause and activity.conversation.conversation_type == "channel":
            await asyncio.sleep(self._channel_pause)
        await self._try(
            self._connector.post(activity.service_url, activity.conversation.id, message)
        )

    async def _put(self, activity: Activity, page: Page) -> None:
        """Put a page in the place of the card that was pressed."""
        await self._try(
            self._connector.update(
                activity.service_url,
                activity.conversation.id,
                activity.reply_to_id,
                activities.card_message(page.card),
            )
        )

    @staticmethod
    async def _try(sending: Awaitable[object]) -> None:
        # What the turn changed is stored; only the answer is lost, and asking again shows it.
        try:
            await sending
        except SendError as error:
            log.warning("an answer was not sent: %s", error)
