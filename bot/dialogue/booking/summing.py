"""The summary to be confirmed: who, where, when, what it costs and from which source, the two clocks."""

from datetime import date
from decimal import Decimal

from bot.dialogue import wording
from bot.dialogue.booking.buttons import EDIT, STOP, confirm_button
from bot.dialogue.booking.extras import label
from bot.dialogue.booking.fields import procedure_of
from bot.dialogue.booking.ordering import fingerprint
from bot.dialogue.booking.papers import lacking, paper_lines
from bot.dialogue.booking.wordings import address_words, day_words, phone_words, visit_words
from bot.dialogue.states import Draft
from bot.dialogue.step import Button, Line, Text, Words, text
from bot.dialogue.ways import title
from bot.dialogue.world import Given
from bot.pickup.order import Order
from knowledge.clocks import Doubt as ClockDoubt
from knowledge.quote import Doubt, Quote, StateFee
from procedures_catalog.models import Procedure, Source

LINES = {
    "send": text("book.postage_send"),
    "back": text("book.postage_back"),
    "forward_fee": text("book.postage_forward"),
}
DOUBTS: dict[Doubt, Text] = {
    "tariff_unconfirmed": text("book.doubt_tariff"),
    "scope_unclear": text("book.doubt_scope"),
    "weight_assumed": text("book.doubt_weight"),
    "vat_not_stated": text("book.doubt_vat"),
    "exemption_to_prove": text("book.doubt_exemption"),
}
CLOCK_DOUBTS: dict[ClockDoubt, Text] = {
    "scope_unclear": text("book.clock_scope"),
    "day_undecided": text("book.clock_day"),
    "duration_unknown": text("book.clock_unknown"),
    "duration_varies": text("book.clock_varies"),
}


def summary(order: Order, draft: Draft, given: Given) -> tuple[tuple[Line, ...], tuple[Button, ...]]:
    procedure = procedure_of(draft, given)
    lines = (
        Line(text("book.summary"), "title"),
        *trial(order),
        *what(procedure, given),
        *who_where_when(order, given),
        *papers(draft, given),
        *the_way_back(order, procedure),
        *extras(order, given),
        *postage(order.quote),
        *state_fee(order.quote, forwarded=order.forward_fee),
        *clock_lines(order),
        Line(text("book.confirm_question"), "heading"),
    )
    return lines, (confirm_button(fingerprint(order)), EDIT, STOP)


def trial(order: Order) -> tuple[Line, ...]:
    return (Line(text("book.trial"), "warning"),) if order.trial else ()


def what(procedure: Procedure, given: Given) -> tuple[Line, ...]:
    name = Line(text("book.sum_what", name=title(procedure, given.memory.language)), "item")
    return (name, Line(text("book.unknown_by_post"), "warning")) if procedure.postal.send.possible is None else (name,)


def who_where_when(order: Order, given: Given) -> tuple[Line, ...]:
    address = order.address
    where = address_words(address.street, address.commune, address.said)
    near = text("book.near", landmark=address.landmark) if address.landmark else None
    visit = visit_words(order.visit.day, order.visit.shift, given)
    return (
        Line(text("book.sum_who", name=order.sender.name, phone=phone_words(order.sender.phone)), "item"),
        Line(text("book.sum_where", where=wording.joined(where, near)), "item"),
        Line(text("book.sum_when", visit=visit), "item"),
        Line(text("book.sum_agency", name=order.agency.name), "item"),
    )


def papers(draft: Draft, given: Given) -> tuple[Line, ...]:
    listed = paper_lines(draft, given)
    if not listed:
        return (Line(text("book.sum_no_papers"), "item"),)
    missing = lacking(draft, given)
    have = sum(paper.ready for paper in listed)
    if not missing:
        return (Line(text("book.sum_papers_all"), "item"),)
    if not have:
        return (Line(text("book.sum_papers_none", missing=missing), "item"),)
    return (Line(text("book.sum_papers", count=have, missing=missing), "item"),)


def the_way_back(order: Order, procedure: Procedure) -> tuple[Line, ...]:
    back = order.back
    if back is None:
        why = procedure.postal.back.possible is False
        return (Line(text("book.sum_back_impossible" if why else "book.sum_no_back"), "item"),)
    to = address_words(back.to.street, back.to.commune, back.to.said) if back.to else text("book.same_place")
    who = (Line(text("book.sum_receiver", name=back.receiver.name), "item"),) if back.receiver else ()
    return (Line(text("book.sum_back", to=to), "item"), *who)


def extras(order: Order, given: Given) -> tuple[Line, ...]:
    group = given.post.tariffs.exemptions.get(order.exemption or "")
    lines: list[Words] = []
    if order.grams:
        lines.append(text("book.sum_weight", grams=order.grams))
    if group:
        lines.append(text("book.sum_exemption", group=label(group, given)))
    if order.note:
        lines.append(text("book.note_is", note=order.note))
    return tuple(Line(words, "item") for words in lines)


def postage(quoted: Quote) -> tuple[Line, ...]:
    """Each line with its sum; each source once, with its day."""
    low, high = quoted.postage
    sources = dict.fromkeys(line.source for line in quoted.lines)
    lines = tuple(Line(wording.joined(LINES[line.what], money(line.low, line.high)), "item") for line in quoted.lines)
    doubts = tuple(DOUBTS[doubt] for doubt in quoted.doubts)
    return (
        Line(text("book.postage"), "heading"),
        *lines,
        Line(text("book.postage_total", sum=money(low, high))),
        *((Line(text("book.doubts", doubts=doubts), "note"),) if doubts else ()),
        Line(sources_of(sources), "note"),
    )


def sources_of(sources: dict[Source, None]) -> Text:
    return wording.sources_line(sources)


def money(low: Decimal, high: Decimal) -> Text:
    return text("book.sum", sum=low) if low == high else text("book.sums", low=low, high=high)


def state_fee(quoted: Quote, *, forwarded: bool) -> tuple[Line, ...]:
    """Apart: it is not the post's. Unknown is unknown."""
    fee = quoted.state_fee
    lines = [Line(text("book.state_fee", sum=fee_words(fee)), "item")]
    if fee.by_count:
        lines.append(Line(text("book.state_fee_by_count"), "note"))
    if forwarded:
        lines.append(Line(text("book.state_fee_forwarded"), "note"))
    return tuple(lines)


def fee_words(fee: StateFee) -> Text:
    if fee.low is None or fee.high is None:
        return text("book.fee_unknown")
    return text("fee.free") if fee.high == 0 else money(fee.low, fee.high)


def clock_lines(order: Order) -> tuple[Line, ...]:
    """The two clocks, as estimates: when the desk signs, when it should be done."""
    told = order.clocks
    spans = (
        (
            text("book.clock_agency", days=span_words(told.at_agency))
            if told.at_agency
            else text("book.clock_no_agency")
        ),
        (text("book.clock_result", days=span_words(told.result)) if told.result else text("book.clock_no_result")),
        *((text("book.clock_home", days=span_words(told.home)),) if told.home else ()),
    )
    doubts = tuple(CLOCK_DOUBTS[doubt] for doubt in told.doubts if doubt != "duration_unknown")
    return (
        Line(text("book.clocks"), "heading"),
        *(Line(words, "item") for words in spans),
        Line(text("book.estimate"), "note"),
        *((Line(text("book.doubts", doubts=doubts), "note"),) if doubts else ()),
    )


def span_words(span: tuple[date, date]) -> Text:
    first, last = span
    if first == last:
        return day_words(first)
    return text("book.days", first=first, last=last)
