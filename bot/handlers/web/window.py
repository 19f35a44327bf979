"""What a visitor sees: the last turns of the conversation, and the language it goes on in."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.dialogue.states import AnyState, Booking, Reading
from bot.handlers.web.visitor import Visitor, language_of_visit
from bot.storage.store import Store, Unit
from bot.storage.turns import Turn

SHOWN = 30  # turns


@dataclass(frozen=True)
class Window:
    turns: Sequence[Turn]  # oldest first
    language: str
    wants_place: bool = False  # a point on the map would answer what was asked
    reading: str | None = None  # code of the procedure on screen

    def goes_on_from(self, before: "Window") -> bool:
        """Whether what was on screen still holds: the same language, and nothing was forgotten."""
        seen, shown = {turn.id for turn in before.turns}, {turn.id for turn in self.turns}
        return self.language == before.language and seen <= shown

    def is_ahead_of(self, page: str) -> bool:
        """Whether the citizen went on elsewhere, say in a second tab: `page` names the last turn a page shows.

        Notices do not count; they come to it by themselves. Nor does a page that names none.
        """
        return page.isdecimal() and any(not turn.unasked and turn.id > int(page[:18]) for turn in self.turns)

    def label_of(self, option: str) -> str:
        """What stood on the button; a form without JavaScript does not say it."""
        messages = (message for turn in reversed(self.turns) for message in turn.replies)
        return next((b.label for message in messages for b in message.buttons if b.option == option), "")


async def window(store: Store, visitor: Visitor, request: web.Request, shown: int = SHOWN) -> Window:
    asked = language_of_visit(request)

    def look(unit: Unit) -> Window:
        turns, known = unit.turns.latest(visitor.address, shown), unit.conversations.get(visitor.address).conversation
        if known is None:
            return Window(turns, asked)
        reading = known.state.code if isinstance(known.state, Reading) else None
        return Window(turns, known.memory.language, wants_place(known.state), reading)

    return await store.run(look)


def wants_place(state: AnyState) -> bool:
    return isinstance(state, Booking) and state.asked == "commune"
