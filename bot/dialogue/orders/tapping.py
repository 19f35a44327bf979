"""The buttons of orders: see ways.py."""

from collections.abc import Callable
from datetime import date
from typing import get_args

from bot.dialogue.orders import cancelling, correcting, moving
from bot.dialogue.orders.listed import listed, not_here
from bot.dialogue.orders.own import order_of
from bot.dialogue.orders.shown import calendar, call, show, slip
from bot.dialogue.states import AnyState
from bot.dialogue.step import Step
from bot.dialogue.world import Given, Under
from bot.pickup.order import Visit
from knowledge.moments.reader import Shift
from knowledge.order_numbers import is_order_number

ACTS: dict[str, Callable[[Under, Given], Step]] = {
    "order": show,
    "move": moving.offer,
    "cancel": cancelling.ask,
    "cancelnow": cancelling.cancel,
    "correct": correcting.ask,
    "slip": slip,
    "ics": calendar,
    "callpost": call,
}


def tapped(state: AnyState, verb: str, rest: str, given: Given) -> Step | None:
    """None: not a button of orders."""
    if (verb, rest) == ("orders", ""):
        return listed(state, given)
    number, _, more = rest.partition("/")
    if not (verb in ACTS or verb == "moveto") or not is_order_number(number):
        return None
    under = order_of(number, given)
    if under is None:
        return not_here(state, number, given)
    if verb in ACTS:
        return ACTS[verb](under, given)
    visit = visit_of(more)
    return moving.move(under, visit, given) if visit else None


def visit_of(option: str) -> Visit | None:
    """
    >>> visit_of("2026-11-25/morning"), visit_of("2026-13-01/morning"), visit_of("2026-11-25/night")
    (Visit(day=datetime.date(2026, 11, 25), shift='morning'), None, None)
    """
    day, _, shift = option.partition("/")
    known: Shift | None = next((one for one in get_args(Shift) if one == shift), None)
    try:
        return Visit(day=date.fromisoformat(day), shift=known) if known else None
    except ValueError:
        return None
