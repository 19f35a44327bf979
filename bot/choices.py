"""Choices where there are no buttons: they are numbered, and answered by their number or their words."""

import re
from collections.abc import Iterable, Sequence

from bot.dialogue.events import Choice, Chose, ChoseAll, Misnumbered
from bot.dialogue.states import AnyState, Booking, Managing, Tracking
from bot.dialogue.ways import paper_wanted, wanting
from bot.texts.message import Message, ShownButton
from knowledge.text import accented, fold, has_marks

# "2", "2.", "#2", "số 2 ạ", "em chọn cái số 2 nhé", "no. 2 please"; of folded text
SELF = "(?:em|toi|minh|i)"
PICKS = "(?:chon|lay|chon lay|choose|pick|take|want)"
THING = "(?:cai|cai thu|y|cau|lua chon|phuong an|option|choice|the)"
COUNT = "(?:so|no|nr|number)"
ENDING = "(?:a|nhe|nha|di|thoi|day|do|please|pls|thanks|cam on)"
BEFORE, BEHIND = rf"(?:da )?(?:{SELF} )?(?:{PICKS} )?(?:{THING} )?(?:{COUNT} )?", f"(?: {ENDING}){{0,2}}"
NUMBER = re.compile(rf"{BEFORE}(\d{{1,2}}){BEHIND}")
BARE = re.compile(r"\W*\d{1,2}\W*")
# "hai", "số hai", "em chọn cái thứ hai ạ"
SPOKEN = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}
BY_SOUND = {fold(word): word for word in SPOKEN}
IN_WORDS = re.compile(rf"(?:da )?((?:{SELF} )?(?:(?:{PICKS}|{THING}|{COUNT}) )+)?({'|'.join(BY_SOUND)}){BEHIND}")
COUNTED = re.compile(rf".*\b{COUNT} ")
OTHER_WORDS = frozenset({"sau", "tu"})  # without their marks, but behind "số": "chọn sau" is no six
# "1, 2", "1 3", "số 1 và số 2 ạ"
SEVERAL = re.compile(rf"{BEFORE}\d{{1,2}}(?:(?: (?:va|voi|cung|and))?(?: {COUNT})? \d{{1,2}})+{BEHIND}")
NO_LIST = re.compile(r"\d\s*[/:–-]\s*\d")  # a day, an hour

HOUSES = frozenset({"street", "back_to"})  # questions that "số 2" answers
FREE = HOUSES | {"commune", "name", "receiver", "landmark", "note"}  # that any words answer
LOOKED_THROUGH = 10  # turns back: what was offered before is as good as forgotten
TICKS = ("tick:", "have:")  # of options of which several may hold


def choices_of(messages: Iterable[Message]) -> tuple[ShownButton, ...]:
    """All choices of one answer, in the order a channel must number them in: from 1 on, through all its messages."""
    return tuple(button for message in messages for button in message.buttons)


def is_tick(button: ShownButton) -> bool:
    return button.option.startswith(TICKS)


def choice_in(text: str, answers: Sequence[tuple[Message, ...]], state: AnyState | None = None) -> Choice | None:
    """What a text chooses, be it several ticks, or a number that is not there. Otherwise like `chosen`."""
    if found := chosen(text, answers, state):
        return found
    menu, said = on_screen(answers), fold(text)
    is_list = SEVERAL.fullmatch(said) and not NO_LIST.search(text) and not wants_a_number(state)
    if is_list and any(map(is_tick, menu)):
        return all_ticked([int(number) for number in re.findall(r"\d+", said)], menu)
    return no_such(text, answers, state)


def no_such(text: str, answers: Sequence[tuple[Message, ...]], state: AnyState | None = None) -> Misnumbered | None:
    """For a number that is no choice. None: it is none, there are no choices, or it may be the answer to a question."""
    menu = on_screen(answers)
    said = menu and not wants_a_number(state) and position_in(text, state) is not None
    return Misnumbered(len(menu)) if said else None


def chosen(text: str, answers: Sequence[tuple[Message, ...]], state: AnyState | None = None) -> Chose | None:
    """What a text chooses. `answers`: the latest ones shown, oldest first. `state`: where the conversation is.

    A number counts for the last answer that offered anything; the words of a choice for any of them, unless the same
    words stood on several choices. Where any words answer the question, only what is on screen is chosen by its words.

    >>> from bot.texts.message import Message, ShownButton
    >>> menu = (Message((), (ShownButton("a:1", "Giấy tờ"), ShownButton("a:2", "Lệ phí"))),)
    >>> chosen("2", [menu]), chosen("giay to", [menu, (Message(()),)]), chosen("3", [menu])
    (Chose(option='a:2', label='Lệ phí'), Chose(option='a:1', label='Giấy tờ'), None)
    """
    offered = [choices_of(messages) for messages in answers if any(message.buttons for message in messages)]
    if not offered:
        return None
    if (position := position_in(text, state)) is not None and 1 <= position <= len(offered[-1]):
        return tapped(offered[-1][position - 1])
    said, asked = fold(text), asked_in(state)
    for menus in (offered[-1:], () if asked in FREE else offered):  # what was offered before: if it means one thing
        same = {button.option: button for menu in menus for button in menu if said and fold(button.label) == said}
        if len(same) == 1:
            return tapped(next(iter(same.values())))
    return None


def position_in(text: str, state: AnyState | None) -> int | None:
    """The number a text says, and nothing else; None: it says none, or it may be the answer to what is asked."""
    said, asked = fold(text), asked_in(state)
    if found := NUMBER.fullmatch(said):
        return int(found[1]) if asked not in HOUSES or BARE.fullmatch(text) else None
    return None if wants_a_number(state) else number_in_words(text)


def number_in_words(text: str) -> int | None:
    """
    >>> number_in_words("số hai"), number_in_words("ba a"), number_in_words("Bà"), number_in_words("chọn sau")
    (2, 3, None, None)
    """
    said = fold(text)
    found = IN_WORDS.fullmatch(said)
    if found is None or (found[2] in OTHER_WORDS and not has_marks(text) and not COUNTED.match(found[1] or "")):
        return None
    words = {word: number for word, number in SPOKEN.items() if fold(word) == found[2]}
    if has_marks(text) and not {accented(word) for word in words} & set(accented(text).split()):
        return None
    return next(iter(words.values()))


def asked_in(state: AnyState | None) -> str | None:
    return state.asked if isinstance(state, Booking) else None


def wants_a_number(state: AnyState | None) -> bool:
    """Whether what is asked is answered by one, or by any words."""
    match state:
        case Booking(asked=asked):
            return asked in FREE or asked == "weight"
        case Tracking() | Managing():
            return state.asked is not None
        case _:
            return False


def on_screen(answers: Sequence[tuple[Message, ...]]) -> tuple[ShownButton, ...]:
    """The menu a number counts for."""
    return next((menu for messages in reversed(answers) if (menu := choices_of(messages))), ())


def all_ticked(positions: Sequence[int], menu: tuple[ShownButton, ...]) -> Choice:
    """Boxes, and perhaps one other choice behind them ("1, 2, 7": with these, go on). What is ticked, stays so."""
    if not all(1 <= position <= len(menu) for position in positions):
        return Misnumbered(len(menu))
    meant = tuple(dict.fromkeys(menu[position - 1] for position in positions))
    boxes = [button for button in meant if is_tick(button)]
    others = [button for button in meant if not is_tick(button)]
    if len(others) > 1 or (others and meant[-1] != others[0]):
        return Misnumbered(len(menu))
    return ChoseAll((*map(ticked, boxes), *map(tapped, others)))


def ticked(box: ShownButton) -> Chose:
    """
    >>> ticked(ShownButton("tick:1.001193/-/-/0/off", "☑ Tờ khai")).option
    'tick:1.001193/-/-/0/on'
    """
    paper, _ = paper_wanted(box.option)
    return Chose(wanting(paper, wanted=True), box.label)


def tapped(button: ShownButton) -> Chose:
    return Chose(button.option, button.label)
