"""What has come of one message: the draft, what was understood of it, and what stands in the way."""

from dataclasses import dataclass, replace

from bot.dialogue.states import Asked, Draft
from bot.dialogue.step import Button, Line, Words


@dataclass(frozen=True)
class Ask:
    """A field to be asked for whatever is missing, why, and what may be answered."""

    field: Asked
    why: tuple[Line, ...] = ()
    buttons: tuple[Button, ...] = ()
    among: tuple[str, ...] = ()  # what the buttons stand for, for those who write "the second"


@dataclass(frozen=True)
class Filled:
    draft: Draft
    heard: tuple[Words, ...] = ()  # said back in half a line
    told: tuple[Line, ...] = ()  # what the citizen should know besides
    ask: Ask | None = None  # the first thing that stands in the way
    province: str | None = None  # named without a commune
    ticked: tuple[str, ...] | None = None

    def having(self, *heard: Words, **fields: object) -> "Filled":
        """With these fields of the draft, which were understood as said."""
        return replace(self, draft=self.draft.model_copy(update=fields), heard=(*self.heard, *heard))

    def asking(self, ask: Ask) -> "Filled":
        return self if self.ask else replace(self, ask=ask)

    def telling(self, *lines: Line) -> "Filled":
        return replace(self, told=(*self.told, *lines))
