"""What the form says of days, places and people: which text, filled with what."""

from datetime import date, time

from bot.dialogue.step import Text, Words, text
from bot.dialogue.world import Given
from knowledge.moments.reader import Shift
from knowledge.places import Commune
from knowledge.slots import known_places

WEEKDAYS = (
    text("book.monday"),
    text("book.tuesday"),
    text("book.wednesday"),
    text("book.thursday"),
    text("book.friday"),
    text("book.saturday"),
    text("book.sunday"),
)
SHIFTS: dict[Shift, Text] = {"morning": text("book.morning"), "afternoon": text("book.afternoon")}


def day_words(day: date) -> Text:
    return text("book.day", weekday=WEEKDAYS[day.weekday()], day=day)


def visit_words(day: date, shift: Shift, given: Given) -> Text:
    """ "thứ Hai 23/11/2026, buổi sáng (8–11 giờ)"."""
    return text("book.visit", day=day_words(day), shift=SHIFTS[shift], hours=hours_words(shift, given))


def visit_label(day: date, shift: Shift) -> Text:
    return text("book.visit_label", day=day_words(day), shift=SHIFTS[shift])


def hours_words(shift: Shift, given: Given) -> Text:
    start, end = given.post.visits.hours(shift)
    return text("book.hours", start=clock(start), end=clock(end))


def clock(at: time) -> str:
    """
    >>> clock(time(8)), clock(time(13, 30))
    ('8', '13:30')
    """
    return f"{at.hour}:{at.minute:02}" if at.minute else str(at.hour)


def commune_of(code: str) -> Commune:
    return known_places().book.communes[code]


def commune_words(code: str, said: str | None = None) -> Words:
    """The name of today, the old one that was used beside it."""
    full = commune_of(code).full
    return text("book.formerly", name=full, old=said) if said else full


def address_words(street: str | None, code: str, said: str | None = None) -> Text:
    return text("book.address", parts=tuple(part for part in (street, commune_words(code, said)) if part))


def phone_words(e164: str) -> str:
    """As it is dialled at home, in groups.

    >>> phone_words("+84912345678"), phone_words("+14155552671")
    ('0912 345 678', '+14155552671')
    """
    if not e164.startswith("+84"):
        return e164
    national = "0" + e164.removeprefix("+84")
    return " ".join(filter(None, (national[:4], national[4:7], national[7:])))
