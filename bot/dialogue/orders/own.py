"""Which of the citizen's orders is meant."""

import re

from bot.dialogue.states import AnyState, Managing
from bot.dialogue.world import Given, Under
from bot.pickup.progress import CHANGEABLE
from knowledge.order_numbers import SHAPE, read_order_number


def without_number(said: str) -> str:
    return re.sub(SHAPE, " ", said)


def order_of(number: str, given: Given) -> Under | None:
    """None too for an order of somebody else: nobody learns whether there is one."""
    return next((under for under in given.own.orders if under.order.number == number), None)


def is_open(under: Under) -> bool:
    return under.is_open


def is_changeable(under: Under) -> bool:
    return under.status in CHANGEABLE and not under.to_cancel


def changeable(given: Given) -> tuple[Under, ...]:
    return tuple(filter(is_changeable, given.own.orders))


def open_orders(given: Given) -> tuple[Under, ...]:
    return tuple(filter(is_open, given.own.orders))


def meant(state: AnyState, said: str, given: Given) -> tuple[Under, ...]:
    """The one that is named, else the one on screen, else those that can still be changed, else those under way."""
    if number := read_order_number(said):
        return tuple(filter(None, [order_of(number, given)]))
    if isinstance(state, Managing) and (on_screen := order_of(state.number, given)):
        return (on_screen,)
    return changeable(given) or open_orders(given)
