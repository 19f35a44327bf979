"""Choices where there are no buttons: they are numbered, and answered by their number or their words."""

import re
from collections.abc import Iterable, Sequence

from bot.dialogue.events import Chose
from bot.dialogue.states import AnyState, Booking
from bot.texts.message import Message, ShownButton
from knowledge.text import fold

# "2", "2.", "#2", "số 2 ạ", "em chọn cái số 2 nhé", "no. 2 please"; of folded text
SELF = "(?:em|toi|minh|i)"
PICKS = "(?:chon|lay|chon lay|choose|pick|take|want)"
THING = "(?:cai|cai thu|y|cau|lua chon|phuong an|option|choice|the)"
COUNT = "(?:so|no|nr|number)"
ENDING = "(?:a|nhe|nha|di|thoi|day|do|please|pls|thanks|cam on)"
NUMBER = re.compile(rf"(?:da )?(?:{SELF} )?(?:{PICKS} )?(?:{THING} )?(?:{COUNT} )?(\d{{1,2}})(?: {ENDING}){{0,2}}")
BARE = re.compile(r"\W*\d{1,2}\W*")
HOUSES = frozenset({"street", "back_to"})  # questions that "số 2" answers
FREE = HOUSES | {"commune", "name", "receiver", "landmark", "note"}  # that any words answer
LOOKED_THROUGH = 10  # turns back: what was offered before is as good as forgotten


def numbered(messages: Iterable[Message]) -> tuple[ShownButton, ...]:
    """The choices of one answer in the order of their numbers, which begin with 1 and go on from message to message."""
    return tuple(button for message in messages for button in message.buttons)


def chosen(text: str, answers: Sequence[tuple[Message, ...]], state: AnyState | None = None) -> Chose | None:
    """What a text chooses. `answers`: the latest ones shown, oldest first. `state`: where the conversation is.

    A number counts for the last answer that offered anything; the words of a choice for any of them, unless the same
    words stood on several choices. Where any words answer the question, only what is on screen is chosen by its words.

    >>> from bot.texts.message import Message, ShownButton
    >>> menu = (Message((), (ShownButton("a:1", "Giấy tờ"), ShownButton("a:2", "Lệ phí"))),)
    >>> chosen("2", [menu]), chosen("giay to", [menu, (Message(()),)]), chosen("3", [menu])
    (Chose(option='a:2', label='Lệ phí'), Chose(option='a:1', label='Giấy tờ'), None)
    """
    offered = [numbered(messages) for messages in answers if any(message.buttons for message in messages)]
    if not offered:
        return None
    asked = state.asked if isinstance(state, Booking) else None
    said = fold(text)
    if found := NUMBER.fullmatch(said):
        position = int(found[1]) if asked not in HOUSES or BARE.fullmatch(text) else 0
        return tapped(offered[-1][position - 1]) if 1 <= position <= len(offered[-1]) else None
    for menus in (offered[-1:], () if asked in FREE else offered):  # what was offered before: if it means one thing
        same = {button.option: button for menu in menus for button in menu if said and fold(button.label) == said}
        if len(same) == 1:
            return tapped(next(iter(same.values())))
    return None


def tapped(button: ShownButton) -> Chose:
    return Chose(button.option, button.label)
