"""What the slip says, in its order, in no language yet (QĐ 45/2016 Điều 6.4, TT 17/2017 Điều 9)."""

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import NamedTuple

from bot.dialogue.step import Text, Words, text
from bot.dialogue.wording import sources_line
from bot.pickup.order import Address, Order, PaperLine, Person, Return
from knowledge.phones import number
from knowledge.quote import QuoteLine, StateFee

WEEKDAYS = (
    "slip.monday", "slip.tuesday", "slip.wednesday", "slip.thursday", "slip.friday", "slip.saturday", "slip.sunday",
)  # fmt: skip
SHIFTS = {"morning": "slip.morning", "afternoon": "slip.afternoon"}
PRICES = {"send": "slip.price_send", "back": "slip.price_back", "forward_fee": "slip.price_forward"}
DOUBTS = {
    "scope_unclear": "slip.scope_unclear",
    "weight_assumed": "slip.weight_assumed",
    "vat_not_stated": "slip.vat_not_stated",
    "exemption_to_prove": "slip.exemption_to_prove",
}  # tariff_unconfirmed stands in the price line
COPIES = {"certified_copy", "photocopy", "copy"}
COLUMNS = (
    "slip.col_number", "slip.col_paper", "slip.col_originals", "slip.col_copies", "slip.col_ready", "slip.col_taken",
)  # fmt: skip
NONE, READY, NOT_READY = "–", "☑", "☐"
LONGEST_NAME = 700  # characters of a paper in one row of the list: a row must fit on a page


@dataclass(frozen=True)
class Known:
    """What an order does not hold itself."""

    commune_name: Callable[[str], str]  # of today, with its province, by code
    hours: tuple[time, time] | None  # of the shift
    exemption: str | None  # name of the group
    hotline: str  # of the post


class Field(NamedTuple):
    label: Words
    values: tuple[Words, ...]
    strong: bool = False  # the first value stands out


class Paragraph(NamedTuple):
    words: Words
    strong: bool = False


class Listed(NamedTuple):
    """A row of the list of papers, by COLUMNS; the last is for the postman to tick."""

    number: str
    name: str
    form: Words | None = None  # printed behind the name
    originals: str = ""
    copies: str = ""
    ready: str = ""
    taken: str = ""


def parties(order: Order, item: str | None, known: Known) -> Iterator[Field]:
    """From whom to whom, what, when, and how the result comes back."""
    yield Field(
        text("slip.sender"), (order.sender.name, *reached(order.sender), *place(order.address, known)), strong=True
    )
    yield Field(text("slip.agency"), (order.agency.name, *agency_place(order, known)), strong=True)
    yield Field(text("slip.procedure"), (order.procedure_name, text("slip.code", code=order.procedure)), strong=True)
    yield Field(text("slip.visit"), (visit(order, known), text("slip.method")), strong=True)
    yield Field(text("slip.back"), tuple(back(order, known)), strong=order.back is not None)
    yield Field(text("slip.item"), (item or text("slip.item_unknown"),))
    yield Field(text("slip.clocks"), tuple(clocks(order)))
    if order.note:
        yield Field(text("slip.note"), (order.note,))


def reached(person: Person) -> tuple[Words, ...]:
    return (text("slip.phone", phone=phone_of(person)),)


def phone_of(person: Person) -> str:
    read = number(person.phone)
    return read.written if read else person.phone


def place(address: Address, known: Known) -> Iterator[Words]:
    yield text("slip.address", street=address.street, commune=known.commune_name(address.commune))
    if address.said:
        yield text("slip.old_name", name=address.said)
    if address.landmark:
        yield text("slip.landmark", landmark=address.landmark)


def agency_place(order: Order, known: Known) -> Iterator[Words]:
    if order.agency.commune:
        yield known.commune_name(order.agency.commune)
    yield text("slip.agency_unknown")


def visit(order: Order, known: Known) -> Text:
    shift: Text = text(SHIFTS[order.visit.shift])
    if known.hours:
        first, last = (f"{hour:%H:%M}" for hour in known.hours)
        shift = text("slip.hours", shift=shift, first=first, last=last)
    return text("slip.at", weekday=text(WEEKDAYS[order.visit.day.weekday()]), day=order.visit.day, shift=shift)


def back(order: Order, known: Known) -> Iterator[Words]:
    if order.back is None:
        yield text("slip.no_back")
        return
    yield from receiver(order.back)
    if order.back.to is None:
        yield text("slip.back_here")
    else:
        yield from place(order.back.to, known)


def receiver(way: Return) -> Iterator[Words]:
    """Another than the sender needs an authorisation too (TT 17/2017 Điều 5.2d)."""
    if way.receiver is None:
        yield text("slip.receiver_sender")
        return
    yield text("slip.receiver", name=way.receiver.name, phone=phone_of(way.receiver))
    yield text("slip.delegate")


def clocks(order: Order) -> Iterator[Words]:
    told = order.clocks
    yield text("slip.at_agency", days=days(told.at_agency)) if told.at_agency else text("slip.at_agency_unknown")
    yield text("slip.result", days=days(told.result)) if told.result else text("slip.result_unknown")
    if order.back and told.home:
        yield text("slip.home", days=days(told.home))
    yield text("slip.estimate")


def days(span: tuple[date, date]) -> Text:
    first, last = span
    return text("slip.day", day=first) if first == last else text("slip.days", first=first, last=last)


def papers(order: Order) -> Iterator[Listed]:
    for nth, paper in enumerate(order.papers, start=1):
        name, *rest = textwrap.wrap(paper.name, LONGEST_NAME) or [NONE]
        yield Listed(str(nth), name, form(paper), *counts(paper), READY if paper.ready else NOT_READY, NOT_READY)
        yield from (Listed("", words) for words in rest)


def form(paper: PaperLine) -> Words | None:
    """Where the columns do not tell it."""
    if paper.form in ("original", "copy"):
        return None
    said = text(f"form.{paper.form or 'unknown'}")
    return said if paper.form in COPIES else text("slip.counted", count=paper.count, form=said)


def counts(paper: PaperLine) -> tuple[str, str]:
    """Originals and copies to be handed over."""
    count = str(paper.count)
    return count if paper.form == "original" else NONE, count if paper.form in COPIES else NONE


def money(order: Order, known: Known) -> Iterator[Field]:
    yield Field(text("slip.price"), tuple(postage(order, known)), strong=True)
    yield Field(text("slip.state_fee"), tuple(state_fee(order.quote.state_fee, order.forward_fee)), strong=True)
    yield Field(text("slip.paid"), (text("slip.paid_blank"),))


def postage(order: Order, known: Known) -> Iterator[Words]:
    quote = order.quote
    yield text("slip.reference", sum=span(*quote.postage), grams=quote.grams)
    yield from map(price, quote.lines)
    if quote.percent_off:
        group = known.exemption or text("slip.some_group")
        yield text("slip.off", percent=quote.percent_off, group=group)
    yield from (text(DOUBTS[doubt]) for doubt in quote.doubts if doubt in DOUBTS)
    if quote.lines:
        yield sources_line(dict.fromkeys(line.source for line in quote.lines))


def price(line: QuoteLine) -> Text:
    return text(PRICES[line.what], sum=span(line.low, line.high))


def span(low: Decimal, high: Decimal) -> Text:
    return text("slip.sum", sum=low) if low == high else text("slip.sums", low=low, high=high)


def state_fee(fee: StateFee, forwarded: bool) -> Iterator[Words]:
    if fee.low is None or fee.high is None:
        yield text("slip.fee_unknown")
    elif fee.high == 0 and not fee.by_count:
        yield text("slip.fee_none")
        return
    else:
        yield text("slip.fee", sum=span(fee.low, fee.high))
    if fee.by_count:
        yield text("slip.fee_by_count")
    yield text("slip.fee_forwarded" if forwarded else "slip.fee_apart")


def rules(known: Known) -> Iterator[Paragraph]:
    yield Paragraph(text("slip.may"))
    yield Paragraph(text("slip.may_not"), strong=True)
    yield Paragraph(text("slip.receipt"))
    yield Paragraph(text("slip.report", phone=known.hotline))


def rights(order: Order, known: Known) -> Iterator[Paragraph]:
    yield Paragraph(text("slip.submission"))
    yield Paragraph(text("slip.keep"))
    yield Paragraph(text("slip.liability"))
    yield Paragraph(text("slip.tracking", phone=known.hotline))
    yield Paragraph(text("slip.consent", version=order.consent))
    yield Paragraph(text("slip.law"))
