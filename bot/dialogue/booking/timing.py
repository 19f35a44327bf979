"""The visit put into the draft, or why it cannot be and what is possible instead."""

from bot.dialogue.booking.buttons import visit_button
from bot.dialogue.booking.filled import Ask, Filled
from bot.dialogue.booking.hearing import Heard
from bot.dialogue.booking.visiting import Choice, Wished, wished
from bot.dialogue.booking.wordings import SHIFTS, day_words, visit_words
from bot.dialogue.step import Button, Words
from bot.dialogue.world import Given


def timed(heard: Heard, filled: Filled, given: Given) -> Filled:
    wish = wished(heard.said, heard.moment, filled.draft, given)
    return with_wish(wish, filled, given) if wish else filled


def with_wish(wish: Wished, filled: Filled, given: Given) -> Filled:
    if wish.visit:
        day, shift = wish.visit
        return filled.having(visit_words(day, shift, given), day=day, shift=shift)
    if wish.day or wish.shift:
        filled = filled.having(part_words(wish), day=wish.day, shift=wish.shift)
    return filled.asking(Ask("visit", wish.why, visit_buttons(wish.offered), visit_options(wish.offered)))


def visit_buttons(choices: tuple[Choice, ...]) -> tuple[Button, ...]:
    return tuple(visit_button(day, shift) for day, shift in choices)


def visit_options(choices: tuple[Choice, ...]) -> tuple[str, ...]:
    return tuple(f"{day.isoformat()}/{shift}" for day, shift in choices)


def part_words(wish: Wished) -> Words:
    """What is known of the visit already."""
    if wish.day:
        return day_words(wish.day)
    return SHIFTS[wish.shift or "morning"]
