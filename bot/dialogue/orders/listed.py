"""All orders of the citizen, and one that is named by its number."""

from collections.abc import Callable, Sequence

from bot.dialogue.booking.buttons import DROP, RESUME
from bot.dialogue.choosing import examples
from bot.dialogue.general import contacts, way_back
from bot.dialogue.orders.own import is_open, order_of
from bot.dialogue.orders.shown import show
from bot.dialogue.orders.ways import cancel_button, correct_button, move_button, order_button, slip_button
from bot.dialogue.orders.wording import procedure_words
from bot.dialogue.states import AnyState, Booking, Home
from bot.dialogue.step import Button, Line, Reply, Step, Text, go, say, text
from bot.dialogue.ways import PERSON
from bot.dialogue.world import Given, Under
from knowledge.order_numbers import is_order_number

MOST = 8  # on one screen


def listed(state: AnyState, given: Given) -> Step:
    """Under way first; then those that ended lately."""
    orders = sorted(given.own.orders, key=lambda under: not is_open(under))
    if not orders:
        return none_here(state, given)
    if len(orders) == 1:
        return show(orders[0], given)
    lines = (Line(text("order.list"), "title"), *(Line(in_short(under, given), "item") for under in orders[:MOST]))
    here = state if isinstance(state, Booking) else Home()  # the form goes on
    return go(here, Reply(lines, (*choices(orders, order_button, given), PERSON)))


def none_here(state: AnyState, given: Given) -> Step:
    """One that is being arranged is none yet: it is said, with the way on."""
    if isinstance(state, Booking):
        return go(state, say("order.none_but_begun"))
    if given.memory.draft:
        return go(state, say("order.none_but_begun", RESUME, DROP))
    return go(state, say("order.none", *(way_back(state, given) or examples(given)), PERSON))


def choices(orders: Sequence[Under], button: Callable[[str], Button], given: Given) -> tuple[Button, ...]:
    """By what they are for: a number says nothing to anybody."""
    return tuple(Button(button(under.order.number).option, name_of(under, given)) for under in orders[:MOST])


def name_of(under: Under, given: Given) -> str:
    return f"{procedure_words(under.order, given)} · {under.order.number}"


def in_short(under: Under, given: Given) -> Text:
    status = text("order.cancelling") if under.to_cancel and is_open(under) else text(f"order.status_{under.status}")
    return text("order.in_short", name=name_of(under, given), status=status)


def which(what: str, orders: Sequence[Under], given: Given) -> Step:
    """Several orders can be meant."""
    buttons = {"move": move_button, "cancel": cancel_button, "correct": correct_button, "slip": slip_button}
    button = buttons.get(what, order_button)
    return go(Home(), say("order.which", *choices(orders, button, given), PERSON))


def of_number(state: AnyState, number: str, given: Given) -> Step:
    if not is_order_number(number):
        return mistyped(state, number, given)
    under = order_of(number, given)
    return show(under, given) if under else not_here(state, number, given)


def mistyped(state: AnyState, number: str, given: Given) -> Step:
    """Its check character disagrees: there is no such order. One of the citizen's own may be meant."""
    own = choices(given.own.orders, order_button, given)
    return go(
        state, say("dossier.order_mistyped", *(own or way_back(state, given) or examples(given)), PERSON, number=number)
    )


def not_here(state: AnyState, number: str, given: Given) -> Step:
    """The same whether there is such an order or not: a number alone opens nothing."""
    lines = (Line(text("order.not_here", number=number)), *contacts(given, "post"))
    return go(state, Reply(lines, (*(way_back(state, given) or examples(given)), PERSON)))
