"""The visit as a calendar entry (RFC 5545), to be taken into the citizen's own calendar."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.dialogue.step import Words, text
from bot.papers.hotline import hotline
from bot.papers.moment import in_vietnam
from bot.pickup.order import Order
from bot.texts.render import words
from knowledge.zone import VIETNAM

if TYPE_CHECKING:
    from icalendar import Alarm, Calendar, Event

MAKER = "-//Noi Dai//Pickup//VI"
EVENING = time(19)  # of the day before: time enough to look for the papers
OURS = "noidai"  # makes the UID unlike those of others; it is no host


def file_name(number: str) -> str:
    """Tells nothing of whose it is."""
    return f"hen-buu-ta-{number}.ics"


def calendar_entry(
    order: Order,
    commune_name: Callable[[str], str],
    now: datetime,
    hours: tuple[time, time],
    *,
    cancelled: bool = False,
) -> bytes:
    """`hours` of the visit's shift. Made again after a move, or `cancelled`, it replaces what was made before.

    No name and no phone in it: calendars are copied to machines of others.
    """
    event = visit(order, hours)
    event.add("dtstamp", in_vietnam(now).astimezone(UTC))
    event.add("sequence", sequence(order, now))
    event.add("location", f"{order.address.street}, {commune_name(order.address.commune)}")
    event.add("description", "\n".join(words(line, order.language) for line in description(order)))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if not cancelled:
        event.add_component(reminder(order, hours[0]))
    return bytes(published(event).to_ical())


def published(event: "Event") -> "Calendar":
    from icalendar import Calendar  # here, as it takes long to import

    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return calendar


def visit(order: Order, hours: tuple[time, time]) -> "Event":
    """In UTC, which every calendar shows in its own zone; Viet Nam knows no summer time."""
    from icalendar import Event

    event = Event()
    event.add("uid", f"{order.number}@{OURS}")
    for name, hour in zip(("dtstart", "dtend"), hours, strict=True):
        event.add(name, datetime.combine(order.visit.day, hour, VIETNAM).astimezone(UTC))
    event.add("summary", words(title(order), order.language))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")  # at home, but not busy
    return event


def title(order: Order) -> Words:
    return text("ics.trial", title=text("ics.title")) if order.trial else text("ics.title")


def sequence(order: Order, now: datetime) -> int:
    """Higher whenever made later (RFC 5545 §3.8.7.4), without a count of moves to be kept."""
    return max(0, int((in_vietnam(now) - in_vietnam(order.ordered_at)).total_seconds()))


def description(order: Order) -> Iterator[Words]:
    yield text("ics.number", number=order.number)
    yield text("ics.procedure", name=order.procedure_name)
    if order.papers:
        yield text("ics.papers")
        yield from (text("ics.paper", paper=paper.name) for paper in order.papers)
    yield text("ics.call", phone=hotline())
    yield text("ics.never")


def reminder(order: Order, begins: time) -> "Alarm":
    """The evening before, counted back from the beginning: calendars understand that best."""
    from icalendar import Alarm

    day = order.visit.day
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words(text("ics.reminder"), order.language))
    alarm.add("trigger", datetime.combine(day - timedelta(days=1), EVENING) - datetime.combine(day, begins))
    return alarm
