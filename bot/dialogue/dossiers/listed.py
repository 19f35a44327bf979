"""All there is to follow in this chat, pickups and dossiers together; and how to send the code of another."""

from bot.dialogue.aspects import PORTAL
from bot.dialogue.dossiers.own import apart, dossier_of, is_handed_over
from bot.dialogue.dossiers.ways import dossier_button
from bot.dialogue.dossiers.wording import plain_words, procedure_name
from bot.dialogue.errands import with_lines
from bot.dialogue.general import TRACKING, answered, contacts, way_back
from bot.dialogue.orders.listed import MOST, in_short, name_of
from bot.dialogue.orders.own import is_open
from bot.dialogue.orders.ways import order_button
from bot.dialogue.states import AnyState, Booking, Home, Locating, Reading, Tracking
from bot.dialogue.step import Button, Line, Reply, Step, Text, Words, go, text
from bot.dialogue.ways import HOME, PERSON
from bot.dialogue.world import Followed, Given, Under


def screen(state: AnyState, given: Given) -> Step:
    """Under way first; then those that ended lately."""
    rows = [
        *((order_words(under, given), order_way(under, given), is_open(under)) for under in given.own.orders),
        *((dossier_words(one, given), dossier_way(one, given), not one.ended) for one in apart(given)),
    ]
    shown = sorted(rows, key=lambda row: not row[2])[:MOST]
    lines = (Line(text("dossier.list"), "title"), *(Line(words, "item") for words, _, _ in shown))
    here = state if isinstance(state, Booking) else Home()  # the form goes on
    return go(here, Reply(lines, (*(button for _, button, _ in shown), PERSON)))


def order_words(under: Under, given: Given) -> Text:
    """Once the agency has it, what the agency says."""
    one = dossier_of(under.order.number, given)
    if one is None or one.dossier is None or not is_handed_over(under):
        return in_short(under, given)
    return text("order.in_short", name=name_of(under, given), status=state_words(one))


def order_way(under: Under, given: Given) -> Button:
    one = dossier_of(under.order.number, given)
    way = dossier_button(one.code) if one and is_handed_over(under) else order_button(under.order.number)
    return Button(way.option, name_of(under, given))


def dossier_words(one: Followed, given: Given) -> Text:
    return text("order.in_short", name=dossier_name(one, given), status=state_words(one))


def dossier_way(one: Followed, given: Given) -> Button:
    return Button(dossier_button(one.code).option, dossier_name(one, given))


def dossier_name(one: Followed, given: Given) -> Text:
    """By what it is for: a code says nothing to anybody."""
    return text("dossier.named", parts=tuple(filter(None, (known_name(one, given), one.code))))


def known_name(one: Followed, given: Given) -> Words | None:
    return procedure_name(one.dossier, given) if one.dossier else None


def state_words(one: Followed) -> Text:
    return plain_words(one.dossier) if one.dossier else text("dossier.not_answered_yet")


def none(state: AnyState, given: Given) -> Step:
    """Nothing is followed here: where the code stands, and what the FAQ knows for those who have none at hand."""
    step = answered(state, "track", given)
    lines = (Line(text("dossier.send_code")), Line(text("dossier.where"), link=TRACKING))
    step = with_lines(step, *lines)
    return go(awaiting(state), *step.replies)


def code_asked(state: AnyState, given: Given, *first: Line) -> Step:
    lines = (*first, Line(text("dossier.send_code")))
    return go(awaiting(state), Reply(lines, (*way_back(state, given), PERSON)))


def without_code(state: AnyState, given: Given) -> Step:
    """Where it stands, and what can be done without it. It may still be sent."""
    lines = (
        Line(text("dossier.code_where")),
        Line(text("dossier.code_lost"), "item"),
        Line(text("dossier.code_online"), "item", link=PORTAL),
        *contacts(given, "portal"),
    )
    return go(awaiting(state), Reply(lines, (*way_back(state, given), HOME, PERSON)))


def awaiting(state: AnyState) -> AnyState:
    """A code is understood anywhere: what is done on screen goes on. What was read is remembered."""
    return Tracking(asked="code") if isinstance(state, Home | Locating | Reading | Tracking) else state
