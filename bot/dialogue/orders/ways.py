"""The buttons of an order. Each names its order, so that those of a notice of days ago still work."""

from bot.dialogue.booking.wordings import visit_label
from bot.dialogue.step import Button, text
from bot.pickup.order import Visit

ORDERS = Button("orders", text("order.button.all"))
MY_DATA = Button("mydata", text("order.button.my_data"))


def order_button(number: str) -> Button:
    return Button(f"order:{number}", text("order.button.show", number=number))


def back_button(number: str) -> Button:
    return Button(f"order:{number}", text("order.button.back", number=number))


def move_button(number: str) -> Button:
    return Button(f"move:{number}", text("order.button.move"))


def visit_button(number: str, visit: Visit) -> Button:
    return Button(f"moveto:{number}/{visit.day.isoformat()}/{visit.shift}", visit_label(visit.day, visit.shift))


def cancel_button(number: str) -> Button:
    return Button(f"cancel:{number}", text("order.button.cancel"))


def cancel_now_button(number: str) -> Button:
    return Button(f"cancelnow:{number}", text("order.button.cancel_now"))


def keep_button(number: str) -> Button:
    return Button(f"order:{number}", text("order.button.keep"))


def correct_button(number: str) -> Button:
    return Button(f"correct:{number}", text("order.button.correct"))


def slip_button(number: str) -> Button:
    return Button(f"slip:{number}", text("order.button.slip"))


def calendar_button(number: str) -> Button:
    return Button(f"ics:{number}", text("order.button.ics"))


def call_button(number: str) -> Button:
    return Button(f"callpost:{number}", text("order.button.call"))


def book_again_button(procedure: str) -> Button:
    return Button(f"book:{procedure}", text("order.button.again"))
