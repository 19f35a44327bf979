"""An order cancelled: asked once, then done once."""

from bot.dialogue.booking.wordings import visit_words
from bot.dialogue.orders.late import too_late
from bot.dialogue.orders.own import is_changeable
from bot.dialogue.orders.ways import ORDERS, book_again_button, cancel_now_button, keep_button, move_button
from bot.dialogue.orders.wording import procedure_words
from bot.dialogue.states import Managing
from bot.dialogue.step import CancelOrder, Line, Reply, Step, go, say, text
from bot.dialogue.ways import HOME
from bot.dialogue.world import Given, Under


def ask(under: Under, given: Given) -> Step:
    if not is_changeable(under):
        return too_late(under, given)
    order = under.order
    buttons = (cancel_now_button(order.number), move_button(order.number), keep_button(order.number))
    question = say(
        "order.cancel_sure",
        *buttons,
        number=order.number,
        name=procedure_words(order, given),
        visit=visit_words(order.visit.day, order.visit.shift, given),
    )
    return go(Managing(number=order.number, asked="cancel"), question)


def cancel(under: Under, given: Given) -> Step:
    if not is_changeable(under):
        return too_late(under, given)
    order = under.order
    known = () if under.status == "kept" else (Line(text("order.cancel_known"), "note"),)
    lines = (Line(text("order.cancel_done", number=order.number)), *known)
    reply = Reply(lines, (book_again_button(order.procedure), ORDERS, HOME))
    return go(Managing(number=order.number), reply, then=(CancelOrder(order.number),))
