"""The buttons of the form, be they of yesterday: each acts on the draft there is."""

from dataclasses import replace

from bot.dialogue.booking import papers
from bot.dialogue.booking.asking import QUESTIONS, asked, edit_screen
from bot.dialogue.booking.confirming import confirmed
from bot.dialogue.booking.consenting import VERSION, declined
from bot.dialogue.booking.extras import CLEARED, cleared
from bot.dialogue.booking.fields import before, is_asked, missing
from bot.dialogue.booking.filled import Filled
from bot.dialogue.booking.form import agreed, begin, dropped, go_on, resume, stopped
from bot.dialogue.booking.putting import put
from bot.dialogue.states import AnyState, Booking, askable
from bot.dialogue.step import Step, go
from bot.dialogue.world import Given


def tapped(state: AnyState, verb: str, rest: str, given: Given) -> Step | None:
    """None for a verb of somebody else, and for an option nobody offers."""
    match verb:
        case "book" if not rest or rest in given.catalog:
            return begin(state, given, rest or None)
        case "agree" if rest == VERSION:
            return agreed(state, given)
        case "decline":
            return declined(given)
        case "resume":
            return resume(given)
        case "stop":
            return stopped(given)
        case "drop":
            return dropped(given)
        case "confirm":
            return confirmed(rest, given)
        case _:
            return of_the_draft(state, verb, rest, given) if given.memory.draft else lost(verb, given)


def lost(verb: str, given: Given) -> Step | None:
    """A button of a draft that is no more."""
    return resume(given) if verb in {"put", "have", "papersof", "ask", "skip", "edit", "previous"} else None


def of_the_draft(state: AnyState, verb: str, rest: str, given: Given) -> Step | None:
    filled = Filled(given.memory.draft) if given.memory.draft else None
    if filled is None:
        return None
    name, _, option = rest.partition("/")
    field = askable(name)
    match verb:
        case "put" if field and (now := put(state, field, option, filled, given)):
            return go_on(now, given)
        case "have" if filled.draft.procedure in given.catalog:
            ticked = papers.ticked_or_not(rest, filled, given)
            return asked("papers", ticked, given) if ticked else None
        case "papersof" if rest.isdecimal() and filled.draft.procedure in given.catalog:
            return asked("papers", replace(filled, ask=papers.screen(filled.draft, given, (rest,))), given)
        case "ask" if field and field in QUESTIONS and is_asked(field, filled.draft, given):
            return asked(field, filled, given)
        case "skip" if rest in CLEARED:
            return go_on(cleared(rest, filled), given)
        case "edit":
            return editing(state, filled, given)
        case "previous":
            return previous(state, filled, given)
        case _:
            return None


def editing(state: AnyState, filled: Filled, given: Given) -> Step:
    """The screen with a button a field; the form stays where it is."""
    stay = state if isinstance(state, Booking) else Booking(asked=missing(filled.draft, given))
    return go(stay, edit_screen(given, filled.draft), memory=given.memory)


def previous(state: AnyState, filled: Filled, given: Given) -> Step:
    if not isinstance(state, Booking) or state.asked == "consent":
        return go_on(filled, given)
    field = before(state.asked, filled.draft, given)
    return go_on(filled, given) if field == "summary" else asked(field, filled, given)
