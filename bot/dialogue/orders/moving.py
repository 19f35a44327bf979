"""Another visit for an order: chosen among those offered, or said in free words."""

from collections.abc import Iterable
from dataclasses import replace

from bot.dialogue.booking.visiting import Choice, Wished, offered, on, wished
from bot.dialogue.booking.wordings import visit_words
from bot.dialogue.orders.late import too_late
from bot.dialogue.orders.own import is_changeable
from bot.dialogue.orders.shown import has_new_visit, show
from bot.dialogue.orders.ways import call_button, keep_button, visit_button
from bot.dialogue.states import Draft, Managing
from bot.dialogue.step import Line, MoveOrder, Reply, Step, go, text
from bot.dialogue.ways import PERSON
from bot.dialogue.world import Given, Under
from bot.pickup.order import Visit
from knowledge.moments import read_moment

OFFERED = 4


def offer(under: Under, given: Given) -> Step:
    """The next visits there are; a day may also be written."""
    if not is_changeable(under):
        return too_late(under, given)
    now = under.order.visit
    others = [choice for choice in offered(given, OFFERED + 1) if choice != (now.day, now.shift)][:OFFERED]
    first = Line(text("order.move", number=under.order.number, visit=visit_words(now.day, now.shift, given)))
    return ask(under, others, first)


def ask(under: Under, choices: Iterable[Choice], *lines: Line) -> Step:
    number = under.order.number
    visits = tuple(Visit(day=day, shift=shift) for day, shift in choices)
    none = () if visits else (Line(text("order.no_visits")),)
    buttons = (*(visit_button(number, visit) for visit in visits), keep_button(number), call_button(number), PERSON)
    return go(Managing(number=number, asked="move", offered=visits), Reply((*lines, *none), buttons))


def read(under: Under, said: str, given: Given) -> Step | None:
    """None: nothing is said of when. Without a day it is that of the visit: "đổi sang chiều"."""
    if not is_changeable(under):
        return too_late(under, given)
    now, moment = under.order.visit, read_moment(said, given.now)
    draft = Draft(commune=under.order.address.commune, day=now.day, shift=now.shift)
    wish = wished(said, moment, draft, given)
    return settle(under, wish, moment is None or moment.surely, given) if wish else None


def settle(under: Under, wish: Wished, surely: bool, given: Given) -> Step:
    if not wish.visit:
        return ask(under, wish.offered, *(wish.why or (Line(text("order.which_visit")),)))
    visit = Visit(day=wish.visit[0], shift=wish.visit[1])
    if surely:
        return move(under, visit, given)
    return ask(under, [wish.visit], Line(text("order.move_sure", visit=visit_words(visit.day, visit.shift, given))))


def move(under: Under, visit: Visit, given: Given) -> Step:
    """Once: the visit it has already is told, and nothing is ordered."""
    if not is_changeable(under):
        return too_late(under, given)
    if visit == under.order.visit and (under.status != "collection_failed" or has_new_visit(under, given)):
        return show(under, given, Line(text("order.same_visit")))
    wish = on(visit.day, visit.shift, given)
    if not wish.visit:
        return ask(under, wish.offered, *wish.why)
    moved = replace(under, order=under.order.model_copy(update={"visit": visit}))
    told = Line(text("order.moved", visit=visit_words(visit.day, visit.shift, given)))
    step = show(moved, given, told)
    return replace(step, commands=(MoveOrder(under.order.number, visit),))
