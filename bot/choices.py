"""Choices where there are no buttons: they are numbered, and answered by their number or their words."""

import re
from collections.abc import Iterable, Sequence

from bot.dialogue.events import Chose
from bot.texts.message import Message, ShownButton
from knowledge.text import fold

NUMBER = re.compile(r"\s*(?:số|so|chọn|chon|no\.?|#)?\s*(\d{1,2})\s*[.)]?\s*", re.IGNORECASE)
LOOKED_THROUGH = 10  # turns back: what was offered before is as good as forgotten


def numbered(messages: Iterable[Message]) -> tuple[ShownButton, ...]:
    """The choices of one answer in the order of their numbers, which begin with 1 and go on from message to message."""
    return tuple(button for message in messages for button in message.buttons)


def chosen(text: str, answers: Sequence[tuple[Message, ...]]) -> Chose | None:
    """What a text chooses. `answers`: the latest ones shown, oldest first.

    A number counts for the last answer that offered anything; the words of a choice for any of them.

    >>> from bot.texts.message import Message, ShownButton
    >>> menu = (Message((), (ShownButton("a:1", "Giấy tờ"), ShownButton("a:2", "Lệ phí"))),)
    >>> chosen("2", [menu]), chosen("giay to", [menu, (Message(()),)]), chosen("3", [menu])
    (Chose(option='a:2', label='Lệ phí'), Chose(option='a:1', label='Giấy tờ'), None)
    """
    offered = [numbered(messages) for messages in answers if any(message.buttons for message in messages)]
    if not offered:
        return None
    if found := NUMBER.fullmatch(text):
        position = int(found[1])
        return tapped(offered[-1][position - 1]) if 1 <= position <= len(offered[-1]) else None
    said = fold(text)
    same = (button for menu in reversed(offered) for button in menu if said and fold(button.label) == said)
    return next((tapped(button) for button in same), None)


def tapped(button: ShownButton) -> Chose:
    return Chose(button.option, button.label)
