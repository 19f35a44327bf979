"""Who hands the dossier over, corrected: another phone, another name."""

import re
from dataclasses import replace

from bot.dialogue.booking.wordings import phone_words
from bot.dialogue.events import Introduced
from bot.dialogue.orders.late import too_late
from bot.dialogue.orders.own import is_changeable
from bot.dialogue.orders.shown import show
from bot.dialogue.orders.ways import call_button, keep_button
from bot.dialogue.orders.wording import person_words
from bot.dialogue.states import Managing
from bot.dialogue.step import CorrectOrder, Line, Reply, Step, go, text
from bot.dialogue.world import Given, Under
from bot.pickup.order import Person
from knowledge.names import Name, as_name
from knowledge.phones import Phone, Wrong, find_phone
from knowledge.slots import take_phone

DIGITS = re.compile(r"\d{4}")


def ask(under: Under, given: Given, *first: Line) -> Step:
    if not is_changeable(under):
        return too_late(under, given)
    number = under.order.number
    lines = (
        *first,
        Line(text("order.correct", who=person_words(under.order.sender))),
        Line(text("order.correct_address")),
    )
    return go(Managing(number=number, asked="correct"), Reply(lines, (keep_button(number), call_button(number))))


def read(under: Under, said: str, given: Given) -> Step | None:
    """A phone, a name, or both. None: neither."""
    phone, rest = phone_apart(said)
    if isinstance(phone, Wrong) or (phone is None and DIGITS.search(said)):
        return ask(under, given, Line(text("order.wrong_phone"), "warning"))
    name = as_name(rest) if rest.strip() else None
    named = name.written if isinstance(name, Name) else None
    return correct(under, named, phone.e164 if phone else None, given) if named or phone else None


def phone_apart(said: str) -> tuple[Phone | Wrong | None, str]:
    """Where a phone is asked for, digits are one though no word says so: "912 345 678"."""
    phone, rest = take_phone(said)
    return (phone, rest) if phone or not DIGITS.search(said) else take_phone(f"sđt {said}")


def read_phone(under: Under, said: str, given: Given) -> Step | None:
    """Beside the words that ask for it a name is not looked for: "sửa số thành 0987 654 321"."""
    match find_phone(said):
        case Phone(e164=phone):
            return correct(under, None, phone, given)
        case Wrong():
            return ask(under, given, Line(text("order.wrong_phone"), "warning"))
        case _:
            return None


def introduced(under: Under, contact: Introduced, given: Given) -> Step:
    phone, name = find_phone(contact.phone), as_name(contact.name) if contact.name.strip() else None
    if not isinstance(phone, Phone):
        return ask(under, given, Line(text("order.wrong_phone"), "warning"))
    return correct(under, name.written if isinstance(name, Name) else None, phone.e164, given)


def correct(under: Under, name: str | None, phone: str | None, given: Given) -> Step:
    if not is_changeable(under):
        return too_late(under, given)
    before = under.order.sender
    sender = Person(name=name or before.name, phone=phone or before.phone)
    if sender == before:
        return show(under, given, Line(text("order.same_sender")))
    corrected = replace(under, order=under.order.model_copy(update={"sender": sender}))
    told = Line(text("order.corrected", name=sender.name, phone=phone_words(sender.phone)))
    return replace(show(corrected, given, told), commands=(CorrectOrder(under.order.number, sender),))
