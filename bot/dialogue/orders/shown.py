"""An order on screen: how far it is, what happens next, who comes when, which papers to prepare."""

from datetime import date, datetime

from bot.dialogue import wording
from bot.dialogue.general import contacts
from bot.dialogue.orders.own import is_changeable, is_open
from bot.dialogue.orders.ways import (
    ORDERS,
    book_again_button,
    calendar_button,
    call_button,
    cancel_button,
    correct_button,
    move_button,
    slip_button,
)
from bot.dialogue.orders.wording import (
    back_words,
    item_line,
    paper_lines,
    person_words,
    procedure_words,
    trial_line,
    visit_line,
)
from bot.dialogue.states import Managing
from bot.dialogue.step import Button, File, Line, Reply, Step, Text, go, text
from bot.dialogue.ways import PERSON
from bot.dialogue.wording import joined
from bot.dialogue.world import Given, Under
from bot.pickup.progress import Status
from knowledge.zone import VIETNAM

BEFORE_COLLECTION: frozenset[Status] = frozenset({"kept", "accepted", "on_the_way", "collection_failed"})


def show(under: Under, given: Given, *first: Line) -> Step:
    """`first`: what there is to say before, such as that it was moved."""
    order = under.order
    lines = (
        *first,
        Line(text("order.title", number=order.number), "title"),
        *trial_line(order),
        Line(procedure_words(order, given)),
        *progress(under, given),
        *coming(under, given),
        *papers(under),
        *item_line(under),
        *expected(under),
        *whom_to_call(under, given),
    )
    return go(Managing(number=order.number), Reply(lines, ways_on(under, given)))


def progress(under: Under, given: Given) -> tuple[Line, ...]:
    """How far it is beside what happens next, and why an attempt failed."""
    if under.to_cancel and is_open(under):
        return (Line(text("order.cancelling")),)
    day = in_viet_nam(under.since).date()
    status = Line(joined(text(f"order.status_{under.status}"), text("order.since", day=day)), "heading")
    return (status, *reason_line(under), Line(next_words(under, given)))


def reason_line(under: Under) -> tuple[Line, ...]:
    return (Line(text("order.reason", reason=under.reason)),) if under.reason else ()


def next_words(under: Under, given: Given) -> Text:
    match under.status:
        case "collection_failed" if has_new_visit(under, given):
            return text("order.next_visit")
        case "handed_over" if under.order.back is None:
            return text("order.next_fetched")
        case status:
            return text(f"order.next_{status}")


def has_new_visit(under: Under, given: Given) -> bool:
    """Whether one was chosen after the attempt that failed, and is not over."""
    visit = under.order.visit
    first, last = given.post.visits.hours(visit.shift)
    begins, ends = datetime.combine(visit.day, first), datetime.combine(visit.day, last)
    return begins > in_viet_nam(under.since) and ends > given.now


def in_viet_nam(moment: datetime) -> datetime:
    """Without its zone, like `given.now`. There is no summer time."""
    return moment.astimezone(VIETNAM).replace(tzinfo=None) if moment.tzinfo else moment


def coming(under: Under, given: Given) -> tuple[Line, ...]:
    order = under.order
    if under.status in BEFORE_COLLECTION and not under.to_cancel:
        return (
            Line(visit_line(order, given)),
            Line(text("order.sender", who=person_words(order.sender))),
            Line(back_words(order)),
        )
    return (Line(back_words(order)),) if is_open(under) and order.back and not under.to_cancel else ()


def papers(under: Under) -> tuple[Line, ...]:
    if under.status not in BEFORE_COLLECTION or under.to_cancel:
        return ()
    listed = paper_lines(under.order)
    if not listed:
        return (Line(text("order.papers_unknown")),)
    return (Line(text("order.papers"), "heading"), *listed)


def expected(under: Under) -> tuple[Line, ...]:
    """The two clocks, as they were told with the order; they say nothing any more once it was moved."""
    clocks = under.order.clocks
    if not is_open(under) or under.to_cancel or clocks.pickup != under.order.visit.day:
        return ()
    told = []
    if clocks.at_agency and (under.status in BEFORE_COLLECTION or under.status == "collected"):
        told.append(text("order.at_agency", days=days_words(clocks.at_agency)))
    if clocks.result and under.status != "result_on_the_way":
        told.append(text("order.result", days=days_words(clocks.result)))
    if clocks.home and under.order.back:
        told.append(text("order.home", days=days_words(clocks.home)))
    estimate = (Line(text("order.estimate"), "note"),) if told else ()
    return (*(Line(words, "item") for words in told), *estimate)


def days_words(days: tuple[date, date]) -> Text:
    first, last = days
    return text("order.day", day=first) if first == last else text("order.days", first=first, last=last)


def whom_to_call(under: Under, given: Given) -> tuple[Line, ...]:
    """Where nothing can be changed here any more."""
    if is_changeable(under) or not is_open(under):
        return ()
    return (Line(text("order.by_phone")), *contacts(given, "post"))


def ways_on(under: Under, given: Given) -> tuple[Button, ...]:
    number = under.order.number
    others = (ORDERS,) if len(given.own.orders) > 1 else ()
    if not is_open(under):
        again = (book_again_button(under.order.procedure),) if under.status in ("cancelled", "refused") else ()
        return (*again, call_button(number), *others, PERSON)
    changes = (move_button(number), cancel_button(number), correct_button(number)) if is_changeable(under) else ()
    dated = (calendar_button(number),) if under.status in BEFORE_COLLECTION and not under.to_cancel else ()
    return (*changes, slip_button(number), *dated, call_button(number), *others, PERSON)


def slip(under: Under, given: Given) -> Step:
    order = under.order
    label = text("order.slip_file", number=order.number)
    reply = Reply((Line(text("order.slip")),), ways_on(under, given), (File(f"slip/{order.number}", label),))
    return go(Managing(number=order.number), reply)


def calendar(under: Under, given: Given) -> Step:
    order = under.order
    label = text("order.ics_file", number=order.number)
    reply = Reply((Line(text("order.ics")),), ways_on(under, given), (File(f"ics/{order.number}", label),))
    return go(Managing(number=order.number), reply)


def call(under: Under, given: Given) -> Step:
    """What the post asks for on the phone stands beside its number."""
    number = given.faq.contacts["post"].number
    lines = (
        Line(text("order.call", phone=wording.phone(number), number=under.order.number), link=f"tel:{number}"),
        *item_line(under),
        Line(text("order.trial"), "warning") if under.order.trial else Line(text("order.never"), "note"),
    )
    return go(Managing(number=under.order.number), Reply(lines, ways_on(under, given)))
