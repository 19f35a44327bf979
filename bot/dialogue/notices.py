"""What is said of an order to a citizen who did not ask: each is complete in itself, for it may be read days later.

The language is the order's: it is put into words for `order.language`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache

from bot.dialogue import wording
from bot.dialogue.booking.wordings import visit_label
from bot.dialogue.orders.shown import days_words
from bot.dialogue.orders.ways import (
    MY_DATA,
    book_again_button,
    calendar_button,
    call_button,
    cancel_button,
    move_button,
    order_button,
    slip_button,
    visit_button,
)
from bot.dialogue.orders.wording import hours_of, paper_lines, place_words, trial_line
from bot.dialogue.step import Button, Line, Reply, Text, text
from bot.dialogue.ways import HOME, PERSON, offices_button
from bot.pickup.order import Order, Visit
from bot.pickup.progress import News, Status
from knowledge.faq import load_faq
from knowledge.visits import Visits

OFFERED = 4  # new times after a failed collection


def notice(
    order: Order, news: News, status: Status, visits: Visits, now: datetime, full: frozenset[Visit] = frozenset()
) -> Reply | None:
    """None for news that matter to nobody, or that the order has left behind (`status`: where it is now).

    `now` is in Viet Nam, without its zone; `full`: visits of the order's commune with no room left.
    """
    if news.status != status:
        return None
    if status == "accepted":
        return accepted(order, news, visits)
    if status == "collection_failed":
        return collection_failed(order, news.reason, visits, now, full)
    return TELLINGS[status](order, news) if status in TELLINGS else None


def accepted(order: Order, news: News, visits: Visits) -> Reply:
    number = order.number
    ways = (order_button(number), move_button(number), cancel_button(number), slip_button(number))
    lines = (coming(order, visits), Line(text("notice.change")), *item(news))
    return told(order, "notice.accepted", *lines, ways=(*ways, calendar_button(number)))


def on_the_way(order: Order, _: News) -> Reply:
    return told(order, "notice.on_the_way", *at_the_door(order), ways=under_way(order))


def collected(order: Order, news: News) -> Reply:
    """The dossier is with the post, and not yet filed (QĐ 45/2016 Điều 7.4)."""
    lines = (*item(news), Line(text("notice.keep_slip")), Line(text("notice.not_yet_filed")))
    return told(order, "notice.collected", *lines, *at_agency(order), ways=under_way(order))


def handed_over(order: Order, _: News) -> Reply:
    lines = (Line(text("notice.filed", agency=order.agency.name)), Line(text("notice.supplement")))
    return told(order, "notice.handed_over", *lines, *result(order), ways=under_way(order))


def result_on_the_way(order: Order, news: News) -> Reply:
    return told(order, "notice.result_on_the_way", *receiving(order), *item(news), ways=under_way(order))


def delivery_failed(order: Order, news: News) -> Reply:
    """Two invitations, two working days apart, then back to the agency (TT 17/2017 Điều 5.2h)."""
    lines = (*reason(news.reason), Line(text("notice.invitations")), call())
    return told(order, "notice.delivery_failed", *lines, ways=under_way(order))


def delivered(order: Order, _: News) -> Reply:
    lines = (Line(text("notice.check")), Line(text("notice.complain")), Line(text("notice.kept_until"), "note"))
    return told(order, "notice.delivered", *lines, ways=(order_button(order.number), MY_DATA, PERSON))


def returned(order: Order, news: News) -> Reply:
    lines = (*reason(news.reason), Line(text("notice.fetch", agency=order.agency.name)), call())
    return told(order, "notice.returned", *lines, ways=under_way(order))


def ended(order: Order, status: Status, why: str | None) -> Reply:
    """Cancelled, or refused by the post for good."""
    ways = (book_again_button(order.procedure), offices_button(order.address.commune), HOME, PERSON)
    if status == "cancelled":
        return told(order, "notice.cancelled", *reason(why), Line(text("notice.nobody_comes")), ways=ways)
    lines = (*reason(why), Line(text("notice.nobody_comes")), call(), Line(text("notice.other_ways")))
    return told(order, "notice.refused", *lines, ways=ways)


def collection_failed(order: Order, why: str | None, visits: Visits, now: datetime, full: frozenset[Visit]) -> Reply:
    """With new times, each one tap away."""
    taken = frozenset((visit.day, visit.shift) for visit in (*full, order.visit))
    free = [Visit(day=day, shift=shift) for day, shift in visits.offered(now, taken, OFFERED)]
    ask = (Line(text("notice.choose")),) if free else (Line(text("order.no_visits")), call())
    number = order.number
    times = tuple(visit_button(number, visit) for visit in free)
    ways = (*times, cancel_button(number), call_button(number), order_button(number))
    return told(order, "notice.collection_failed", *reason(why), *ask, ways=ways)


def moved(order: Order) -> Reply:
    """The post knows of the last change, be it of the visit or of the person."""
    lines = (Line(visit_label(order.visit.day, order.visit.shift)), Line(text("notice.whom", name=order.sender.name)))
    return told(order, "notice.moved", *lines, ways=(order_button(order.number), calendar_button(order.number)))


def not_moved(order: Order, why: str | None) -> Reply:
    wish = Line(text("notice.wished", visit=visit_label(order.visit.day, order.visit.shift)))
    lines = (wish, *reason(why), Line(text("notice.as_before")), call())
    return told(order, "notice.not_moved", *lines, ways=under_way(order))


def not_corrected(order: Order, why: str | None) -> Reply:
    """The post did not take another name or phone."""
    lines = (*reason(why), Line(text("notice.old_person")), call())
    return told(order, "notice.not_moved", *lines, ways=under_way(order))


def stays(order: Order, why: str | None) -> Reply:
    """The post did not cancel it."""
    lines = (*reason(why), Line(text("notice.still_comes")), call())
    return told(order, "notice.stays", *lines, ways=under_way(order))


def delayed(order: Order) -> Reply:
    """The post could not be reached so far; it is tried on."""
    lines = (Line(text("notice.tried_on")), Line(text("notice.do_not_wait")), call())
    ways = (order_button(order.number), move_button(order.number), cancel_button(order.number), PERSON)
    return told(order, "notice.delayed", *lines, ways=ways)


def given_up(order: Order) -> Reply:
    """The time of the visit has come, and the post never knew of it."""
    lines = (Line(text("notice.sorry")), Line(text("notice.nobody_comes")), call())
    ways = (book_again_button(order.procedure), offices_button(order.address.commune), HOME, PERSON)
    return told(order, "notice.given_up", *lines, ways=ways)


def reminder(order: Order, visits: Visits) -> Reply:
    """The evening before: what to have ready, what is missing first, and what the postman may not ask."""
    number = order.number
    listed = paper_lines(order)
    missing = sum(not paper.ready for paper in order.papers)
    head = text("notice.missing", count=missing) if missing else text("notice.have_ready")
    papers = (Line(head, "heading"), *listed) if listed else (Line(text("order.papers_unknown")),)
    lines = (
        coming(order, visits),
        *papers,
        *money(order),
        Line(text("notice.id")),
        Line(text("notice.may_not"), "warning"),
    )
    ways = (order_button(number), move_button(number), cancel_button(number), slip_button(number))
    return told(order, "notice.reminder", *lines, ways=ways)


def told(order: Order, key: str, *lines: Line, ways: tuple[Button, ...]) -> Reply:
    """What happened, to which order, and that it is only a trial if it is one."""
    title = Line(Text(key, {"number": order.number}), "title")
    return Reply((title, *trial_line(order), Line(order.procedure_name), *lines), ways)


def coming(order: Order, visits: Visits) -> Line:
    visit = hours_of(order.visit, visits)
    return Line(text("order.visit", visit=visit, place=place_words(order.address)))


def at_the_door(order: Order) -> tuple[Line, ...]:
    return (*paper_lines(order), *money(order), Line(text("notice.phone")), Line(text("notice.may_not"), "warning"))


def money(order: Order) -> tuple[Line, ...]:
    low, high = order.quote.postage
    known = text("notice.postage", sum=low) if low == high else text("notice.postage_range", low=low, high=high)
    fee = (Line(text("notice.fee"), "item"),) if order.forward_fee else ()
    return (*((Line(known, "item"),) if order.quote.lines else ()), *fee)


def at_agency(order: Order) -> tuple[Line, ...]:
    days = order.clocks.at_agency if order.clocks.pickup == order.visit.day else None
    return (Line(text("order.at_agency", days=days_words(days)), "note"),) if days else ()


def result(order: Order) -> tuple[Line, ...]:
    home = Line(text("notice.brought") if order.back else text("notice.fetched"))
    days = order.clocks.result if order.clocks.pickup == order.visit.day else None
    return (home, Line(text("order.result", days=days_words(days)), "note")) if days else (home,)


def receiving(order: Order) -> tuple[Line, ...]:
    back = order.back
    where = place_words(back.to or order.address if back else order.address)
    who = back.receiver if back else None
    delegate = (Line(text("notice.delegate", name=who.name)),) if who else ()
    return (Line(text("notice.where", place=where)), Line(text("notice.show_id")), *delegate)


def item(news: News) -> tuple[Line, ...]:
    return (Line(text("order.item", item=news.item)),) if news.item else ()


def reason(why: str | None) -> tuple[Line, ...]:
    return (Line(text("order.reason", reason=why)),) if why else ()


def under_way(order: Order) -> tuple[Button, ...]:
    return (order_button(order.number), call_button(order.number), PERSON)


def call() -> Line:
    number = hotline()
    return Line(text("notice.call", phone=wording.phone(number)), "item", link=f"tel:{number}")


@cache
def hotline() -> str:
    return load_faq().contacts["post"].number


TELLINGS: Mapping[Status, Callable[[Order, News], Reply]] = {
    "on_the_way": on_the_way,
    "collected": collected,
    "handed_over": handed_over,
    "result_on_the_way": result_on_the_way,
    "delivery_failed": delivery_failed,
    "delivered": delivered,
    "returned": returned,
    "cancelled": lambda order, news: ended(order, "cancelled", news.reason),
    "refused": lambda order, news: ended(order, "refused", news.reason),
}
