"""An order in words: when the postman comes, where, to whom, with which papers."""

import re

from bot.dialogue.booking.wordings import SHIFTS, address_words, clock, day_words, visit_words
from bot.dialogue.step import Line, Text, Words, text
from bot.dialogue.ways import title
from bot.dialogue.wording import joined
from bot.dialogue.world import Given, Under
from bot.pickup.order import Address, Order, PaperLine, Person, Return, Visit
from knowledge.visits import Visits

AT_HOME = "+84"
BEHIND_THE_FIRST = re.compile(r"(?<=\w)\w")


def hours_of(visit: Visit, visits: Visits) -> Text:
    """ "thứ Hai 23/11/2026, buổi sáng (8–11 giờ)", for whoever has no Given."""
    first, last = visits.hours(visit.shift)
    hours = text("book.hours", start=clock(first), end=clock(last))
    return text("book.visit", day=day_words(visit.day), shift=SHIFTS[visit.shift], hours=hours)


def visit_line(order: Order, given: Given) -> Text:
    visit = order.visit
    return text("order.visit", visit=visit_words(visit.day, visit.shift, given), place=place_words(order.address))


def place_words(address: Address) -> Words:
    where = address_words(address.street, address.commune, address.said)
    return joined(where, text("order.landmark", landmark=address.landmark) if address.landmark else None)


def procedure_words(order: Order, given: Given) -> str:
    known = given.catalog.get(order.procedure)
    return title(known, given.memory.language) if known else order.procedure_name


def person_words(person: Person) -> str:
    return f"{person.name}, {masked_phone(person.phone)}"


def masked_phone(phone: str) -> str:
    """Enough to know one's own number again.

    >>> masked_phone("+84912345678"), masked_phone("+12025550123")
    ('0912 ••• 678', '+120 ••• 123')
    """
    local = "0" + phone.removeprefix(AT_HOME) if phone.startswith(AT_HOME) else phone
    return f"{local[:4]} ••• {local[-3:]}"


def masked_street(street: str) -> str:
    """
    >>> masked_street("12 Trần Phú")
    '1• T••• P••'
    """
    return BEHIND_THE_FIRST.sub("•", street)


def paper_lines(order: Order) -> tuple[Line, ...]:
    """What is still missing first; nothing when no list is published."""
    listed = sorted(order.papers, key=lambda paper: paper.ready)
    return tuple(Line(text("tick.on" if p.ready else "tick.off", name=paper_words(p)), "item") for p in listed)


def paper_words(paper: PaperLine) -> Text:
    form = text(f"form.{paper.form or 'unknown'}")
    return joined(paper.name, text("paper.count", count=paper.count, form=form) if paper.count > 1 else form)


def back_words(order: Order) -> Text:
    if order.back is None:
        return text("order.back_none")
    where = place_words(order.back.to or order.address)
    return text("order.back_home", who=receiver(order.back, order).name, place=where)


def receiver(back: Return, order: Order) -> Person:
    return back.receiver or order.sender


def item_line(under: Under) -> tuple[Line, ...]:
    return (Line(text("order.item", item=under.item)),) if under.item else ()


def trial_line(order: Order) -> tuple[Line, ...]:
    return (Line(text("order.trial"), "warning"),) if order.trial else ()
