"""What a visitor sees: the last turns of the conversation, and the language it goes on in."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.dialogue.states import AnyState, Booking
from bot.handlers.web_visitor import Visitor, language_asked
from bot.storage.store import Store, Unit
from bot.storage.turns import Turn

SHOWN = 30  # turns


@dataclass(frozen=True)
class Window:
    turns: Sequence[Turn]  # oldest first
    language: str
    wants_place: bool = False  # a point on the map would answer what was asked

    def goes_on_from(self, before: "Window") -> bool:
        """Whether what was on screen still holds: the same language, and nothing was forgotten."""
        return self.language == before.language and all(turn in self.turns for turn in before.turns)

    def label_of(self, option: str) -> str:
        """What stood on the button; a form without JavaScript does not say it."""
        messages = (message for turn in reversed(self.turns) for message in turn.replies)
        return next((b.label for message in messages for b in message.buttons if b.option == option), "")


async def window(store: Store, visitor: Visitor, request: web.Request, shown: int = SHOWN) -> Window:
    asked = language_asked(request.headers.get("Accept-Language", ""))

    def look(unit: Unit) -> Window:
        turns, known = unit.turns.latest(visitor.address, shown), unit.conversations.get(visitor.address).conversation
        if known is None:
            return Window(turns, asked)
        return Window(turns, known.memory.language, wants_place(known.state))

    return await store.run(look)


def wants_place(state: AnyState) -> bool:
    return isinstance(state, Booking) and state.asked == "commune"
