"""Who hands the dossier over, and who may receive the result: a name one can ask for, a phone one can call."""

from bot.dialogue.booking.buttons import short_name_button
from bot.dialogue.booking.filled import Ask, Filled
from bot.dialogue.booking.hearing import Heard
from bot.dialogue.booking.wordings import phone_words
from bot.dialogue.events import Introduced
from bot.dialogue.states import Asked
from bot.dialogue.step import Line, Text, text
from bot.pickup.order import Person
from knowledge.answers import short_answers
from knowledge.names import Name, NoName, Reason, as_name, find_name
from knowledge.phones import Phone, Wrong, find_phone
from knowledge.phones import Reason as PhoneReason

LONGEST = 40  # bytes of a name a button can carry

NO_NAME: dict[Reason, Text] = {
    "no_letters": text("book.name_no_letters"),
    "digits": text("book.name_digits"),
    "too_long": text("book.name_too_long"),
    "not_a_name": text("book.name_not_a_name"),
    "nobody_yet": text("book.name_nobody_yet"),
}
NO_PHONE: dict[PhoneReason, Text] = {
    "too_short": text("book.phone_too_short"),
    "too_long": text("book.phone_too_long"),
    "no_such_number": text("book.phone_no_such"),
}


def named(name: str, filled: Filled) -> Filled:
    return filled.having(name, name=name)


def name_answer(heard: Heard, among: tuple[str, ...], filled: Filled) -> Filled:
    """The answer to "who hands it over?". A given name alone is asked back once."""
    if among and "yes" in short_answers(heard.said):
        return named(among[0], filled)
    found = Name(heard.name) if heard.name else as_name(heard.rest if heard.phone or heard.moment else heard.said)
    if isinstance(found, NoName):
        return filled.asking(Ask("name", (Line(NO_NAME[found.reason]),)))
    if found.is_whole or heard.name or found.written in among:
        return named(found.written, filled)
    return only_given(found.written, filled)


def only_given(name: str, filled: Filled) -> Filled:
    fits = len(name.encode()) <= LONGEST
    line = Line(text("book.name_whole", name=name))
    return filled.asking(Ask("name", (line,), (short_name_button(name),) if fits else (), (name,)))


def phoned(phone: Phone | Wrong, filled: Filled, asked: Asked = "phone") -> Filled:
    if isinstance(phone, Wrong):
        return filled.asking(Ask(asked, (Line(NO_PHONE[phone.reason]),)))
    return filled.having(phone_words(phone.e164), phone=phone.e164)


def introduced(event: Introduced, filled: Filled) -> Filled:
    """A contact shared in the chat: its number, and its name when none is known yet."""
    phone = find_phone(event.phone)
    filled = phoned(phone or Wrong("no_such_number"), filled)
    name = as_name(event.name) if event.name and not filled.draft.name else None
    return named(name.written, filled) if isinstance(name, Name) and name.is_whole else filled


def receiver(heard: Heard, filled: Filled, name_before: str | None) -> Filled:
    """Who may receive the result: name and phone, in one message or two."""
    name = heard.name or name_before or name_in(heard)
    if name is None:
        return filled.asking(Ask("receiver", (Line(text("book.receiver_who")),)))
    if not isinstance(heard.phone, Phone):
        why = NO_PHONE[heard.phone.reason] if isinstance(heard.phone, Wrong) else text("book.receiver_phone", name=name)
        return filled.asking(Ask("receiver", (Line(why),), among=(name,)))
    person = Person(name=name, phone=heard.phone.e164)
    return filled.having(text("book.receiver_is", name=name, phone=phone_words(person.phone)), receiver=person)


def name_in(heard: Heard) -> str | None:
    found = find_name(heard.rest) or as_name(heard.rest)
    return found.written if isinstance(found, Name) and found.is_whole else None
