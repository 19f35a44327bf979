"""What a button of the form stands for, put into the draft."""

from datetime import date
from typing import get_args

from bot.dialogue.booking import papers
from bot.dialogue.booking.answering import yes_or_no
from bot.dialogue.booking.choosing_procedure import for_procedure
from bot.dialogue.booking.extras import exempted, with_address, with_grams
from bot.dialogue.booking.fields import procedure_of
from bot.dialogue.booking.filled import Filled
from bot.dialogue.booking.people import named
from bot.dialogue.booking.placing import chosen_commune
from bot.dialogue.booking.timing import with_wish
from bot.dialogue.booking.visiting import on
from bot.dialogue.states import AnyState, Asked, Booking
from bot.dialogue.world import Given
from knowledge.moments.reader import Shift
from knowledge.names import Name, as_name
from knowledge.slots import known_places

SHIFTS: tuple[Shift, ...] = get_args(Shift)


def put(state: AnyState, field: Asked, option: str, filled: Filled, given: Given) -> Filled | None:
    """None: there is no such thing any more."""
    match field:
        case "visit":
            return visit(option, filled, given)
        case "name":
            name = as_name(option)
            return named(name.written, filled) if isinstance(name, Name) else None
        case "papers" if filled.draft.procedure in given.catalog:
            return papers_said(option, filled, given)
        case "weight" if option.isdecimal():
            return with_grams(int(option[:6]), filled)
        case "back_to" if option in known_places().book.communes:
            return other_address(state, option, filled, given)
        case _:
            return chosen(field, option, filled, given)


def visit(option: str, filled: Filled, given: Given) -> Filled | None:
    """A visit of yesterday's button may be no more: then it is said why."""
    day, _, shift = option.partition("/")
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        return None
    half = next((one for one in SHIFTS if one == shift), None)
    return with_wish(on(wanted, half, given), filled, given) if half else None


def papers_said(option: str, filled: Filled, given: Given) -> Filled | None:
    """`option`: all or done, and the case on screen."""
    what, _, case = option.partition("/")
    shown = papers.listed(filled.draft, given, papers.case_on_screen((case,), procedure_of(filled.draft, given)))
    if what == "all":
        return papers.all_ready(shown, filled, given)
    return papers.done(filled, shown, given) if what == "done" else None


def other_address(state: AnyState, code: str, filled: Filled, given: Given) -> Filled | None:
    """The commune of the address whose street was said before."""
    street = state.among[0] if isinstance(state, Booking) and state.asked == "back_to" and state.among else None
    return with_address(code, street, None, filled, given) if street else None


def chosen(field: Asked, option: str, filled: Filled, given: Given) -> Filled | None:
    """What a button stands for, put into the draft. None: there is no such thing any more."""
    match field:
        case "procedure" if option in given.catalog:
            return for_procedure(option, filled, given)
        case "commune" if option in known_places().book.communes:
            return chosen_commune(option, filled, given)
        case "exemption":
            return exempted(option, filled, given)
        case "back" | "forward_fee" | "again" if option in ("yes", "no"):
            return yes_or_no(field, option == "yes", filled)
        case _:
            return None
