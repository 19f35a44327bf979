"""The buttons of an order. Each names its order, so that those of a notice of days ago still work."""

from collections.abc import Callable

from bot.dialogue.booking.wordings import visit_label
from bot.dialogue.step import Button, Text, text
from bot.pickup.order import Visit

ORDERS = Button("orders", text("order.button.all"))
MY_DATA = Button("mydata", text("order.button.my_data"))


def doing(verb: str, label: Text) -> Callable[[str], Button]:
    """What is done with the order of a number."""
    return lambda number: Button(f"{verb}:{number}", label)


move_button = doing("move", text("order.button.move"))
cancel_button = doing("cancel", text("order.button.cancel"))
cancel_now_button = doing("cancelnow", text("order.button.cancel_now"))
keep_button = doing("order", text("order.button.keep"))
correct_button = doing("correct", text("order.button.correct"))
slip_button = doing("slip", text("order.button.slip"))
calendar_button = doing("ics", text("order.button.ics"))
call_button = doing("callpost", text("order.button.call"))


def order_button(number: str) -> Button:
    return Button(f"order:{number}", text("order.button.show", number=number))


def back_button(number: str) -> Button:
    return Button(f"order:{number}", text("order.button.back", number=number))


def visit_button(number: str, visit: Visit) -> Button:
    return Button(f"moveto:{number}/{visit.day.isoformat()}/{visit.shift}", visit_label(visit.day, visit.shift))


def book_again_button(procedure: str) -> Button:
    return Button(f"book:{procedure}", text("order.button.again"))
