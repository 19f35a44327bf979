"""A change that comes too late: why, and the phone that can still help."""

from bot.dialogue.orders.own import is_open
from bot.dialogue.orders.shown import show
from bot.dialogue.step import Line, Step, Text, text
from bot.dialogue.world import Given, Under


def too_late(under: Under, given: Given) -> Step:
    return show(under, given, Line(why(under), "warning"))


def why(under: Under) -> Text:
    if not is_open(under):
        return text("order.late_ended")
    if under.to_cancel:
        return text("order.late_cancelling")
    return text("order.late_on_the_way" if under.status == "on_the_way" else "order.late_collected")
