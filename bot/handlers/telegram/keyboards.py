"""What a citizen taps: the choices under a message, and the keyboard that shares a phone number or a place."""

from functools import cache, lru_cache
from typing import Any

import structlog
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import InlineKeyboardButtonLimit

from bot.dialogue.step import Want, text
from bot.handlers.telegram.links import Links
from bot.texts.message import ShownButton
from bot.texts.render import words

LABEL = 60  # characters of a button that a phone shows
NARROW = 18  # labels up to this long stand two in a row
MOST = 100  # buttons under one message
CARRIED = InlineKeyboardButtonLimit.MAX_CALLBACK_DATA  # bytes

TAKEN_AWAY = ReplyKeyboardRemove()

log = structlog.get_logger()


class Choices(InlineKeyboardMarkup):
    """Written out once: the library would do it for each message, at a third of what sending one costs."""

    __slots__ = ("_written",)

    def __init__(self, rows: list[list[InlineKeyboardButton]]) -> None:
        super().__init__(rows)
        self._written = super().to_dict()

    def to_dict(self, recursive: bool = True) -> dict[str, Any]:
        return self._written


@lru_cache(4096)  # the same screens are shown again and again
def choices(buttons: tuple[ShownButton, ...], links: Links | None = None) -> InlineKeyboardMarkup | None:
    """Short labels two in a row, long ones alone. `links`: in a group, what is personal leads to a private chat."""
    rows: list[list[InlineKeyboardButton]] = []
    for shown in fitting(buttons):
        button = choice(shown, links)
        pair = rows and len(rows[-1]) == 1 and len(str(rows[-1][0].text)) <= NARROW and len(button.text) <= NARROW
        if pair:
            rows[-1].append(button)
        else:
            rows.append([button])
    return Choices(rows) if rows else None


def fitting(buttons: tuple[ShownButton, ...]) -> list[ShownButton]:
    """Telegram refuses the whole message for one button it cannot take."""
    taken = [button for button in buttons if 1 <= len(button.option.encode()) <= CARRIED and button.label.strip()]
    if len(taken) < len(buttons) or len(taken) > MOST:
        log.error("telegram: a choice left out", options=[button.option.partition(":")[0] for button in buttons])
    return taken[:MOST]


def choice(shown: ShownButton, links: Links | None) -> InlineKeyboardButton:
    label = shortened(shown.label)
    if links and (address := links.instead_of(shown.option)):
        return InlineKeyboardButton(label, url=address)
    return InlineKeyboardButton(label, callback_data=shown.option)


def shortened(label: str) -> str:
    return label if len(label) <= LABEL else label[: LABEL - 1] + "…"


def to_private(label: str, address: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(shortened(label), url=address)]])


@cache
def sharing(wanted: Want, language: str) -> ReplyKeyboardMarkup:
    """Below the field for writing, which stays: whoever would rather type it may."""
    labels = {"contact": text("tg.button.contact"), "place": text("tg.button.place")}
    label = words(labels[wanted], language)
    contact, place = (wanted == what or None for what in ("contact", "place"))
    button = KeyboardButton(label, request_contact=contact, request_location=place)
    return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
