"""What notices of a dossier are made of: which dossier, where it stands, what was promised, how to go on."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.dialogue.booking.wordings import day_words
from bot.dialogue.dossiers.duties import apology
from bot.dialogue.dossiers.shown import to_do
from bot.dialogue.dossiers.ways import complain_button, dossier_button, more_button, send_papers_button, unfollow_button
from bot.dialogue.dossiers.wording import as_written, due_words, status_words
from bot.dialogue.orders.shown import in_viet_nam
from bot.dialogue.orders.ways import MY_DATA, order_button
from bot.dialogue.step import Button, Line, Reply, Text, Words, text
from bot.dialogue.ways import PERSON, title
from bot.dossiers.dossier import ENDED, Dossier
from bot.dossiers.lateness import Lateness, lateness
from bot.dossiers.merging import SOLVED
from bot.pickup import progress
from bot.pickup.order import Order
from knowledge.calendar import WorkingCalendar
from knowledge.tongue import Language
from procedures_catalog.models import Procedure

LATE = ("late", "overdue")


@dataclass(frozen=True)
class Case:
    """What a notice is made of."""

    dossier: Dossier
    proved: bool
    order: Order | None  # the pickup it was collected with
    now: datetime  # in Viet Nam, without its zone
    calendar: WorkingCalendar
    trial: bool  # the system is of the sandbox
    procedure: Procedure | None  # of the catalogue, if it is there
    language: Language  # for the name of the procedure alone
    system: Words | None  # which told it, as people call it
    as_of: datetime | None = None  # when it did, with its zone; None: now
    post: progress.Status | None = None  # how far the pickup is, when it is known
    kept_until: date | None = None  # when what is kept of an ended dossier is erased

    @property
    def code(self) -> str:
        return self.dossier.code

    @property
    def late(self) -> Lateness:
        return lateness(self.dossier, self.now, self.calendar)


def told(case: Case, key: str, *lines: Line, ways: tuple[Button, ...]) -> Reply:
    """What happened to which dossier, that it is only a trial if it is one, and when the system said so."""
    first = Line(Text(key, {"code": case.code}), "title")
    trial = trial_line(case.order, trial=case.trial)
    return Reply((first, *trial, *named(case), *lines, Line(as_of(case), "note")), ways)


def trial_line(order: Order | None, *, trial: bool) -> tuple[Line, ...]:
    return (Line(text("dossier.trial"), "warning"),) if trial or (order and order.trial) else ()


def as_of(case: Case) -> Text:
    """It may be read days later."""
    at = in_viet_nam(case.as_of) if case.as_of else case.now
    system = case.system or text("dossier.some_system")
    return text("dossier_notice.as_of", system=system, clock=f"{at.hour}:{at.minute:02}", day=at.date())


def named(case: Case) -> tuple[Line, ...]:
    if case.procedure:
        return (Line(title(case.procedure, case.language)),)
    name = (case.dossier.title and as_written(case.dossier.title)) or (case.order and case.order.procedure_name)
    return (Line(name),) if name else ()


def standing(case: Case) -> tuple[Line, ...]:
    """The status beside the official words, and who has it."""
    status = Line(status_words(case.dossier), "heading")
    agency = agency_of(case)
    return (status, Line(text("dossier_notice.agency", agency=agency))) if agency else (status,)


def agency_of(case: Case) -> str | None:
    if case.dossier.agency:
        return as_written(case.dossier.agency)
    return case.order.agency.name if case.order else None


def promised(case: Case) -> tuple[Line, ...]:
    """The day, whether it is kept, and the day an apology names. What ended without a result has none to wait for."""
    if case.dossier.status in ENDED - {"returned"}:
        return ()
    known = (Line(due_words(case.dossier, case.late, case.now.date())),) if case.dossier.due else ()
    if case.dossier.status in SOLVED:
        return known
    return (*known, *clock_stood(case), *apology(case.dossier, case.late, proved=case.proved))


def before(was: date | None) -> tuple[Line, ...]:
    return (Line(text("dossier_notice.was_due", day=day_words(was))),) if was else ()


def clock_stood(case: Case) -> tuple[Line, ...]:
    """Systems do not always move the day by the time the citizen was waited for."""
    is_unsure = case.late.kind == "overdue" and case.dossier.rounds > 0
    return (Line(text("dossier_notice.clock_stood"), "note"),) if is_unsure else ()


def receiving(case: Case) -> tuple[Line, ...]:
    """How the result gets to the citizen."""
    if is_brought(case):
        return coming(case)
    fetch = Line(text("dossier_notice.fetch", agency=agency_of(case) or text("dossier.some_agency")))
    return (fetch,) if case.order else (fetch, Line(text("dossier_notice.or_by_post")))


def coming(case: Case) -> tuple[Line, ...]:
    if case.order is None or not is_brought(case):
        return ()
    return (Line(text("dossier_notice.brought", number=case.order.number)),)


def is_brought(case: Case) -> bool:
    """Whether a postman is still to bring the result home."""
    return case.order is not None and case.order.back is not None and case.post not in progress.ENDED


def closing(case: Case) -> tuple[Line, ...]:
    kept = (Line(text("dossier_notice.kept_until", day=case.kept_until), "note"),) if case.kept_until else ()
    return (Line(text("dossier_notice.ends"), "note"), *kept, Line(text("notice.kept_until"), "note"))


def ways(
    case: Case, *first: Button, hidden: bool = False, ended: bool = False, followed: bool = True
) -> tuple[Button, ...]:
    """`first`: what is to be done. `hidden`: there is more to read for who proves whose it is."""
    return (
        *first,
        *((more_button(case.code),) if hidden and not case.proved else ()),
        dossier_button(case.code),
        *((order_button(case.order.number),) if case.order else ()),
        *((MY_DATA,) if ended else (unfollow_button(case.code),) if followed else ()),
        PERSON,
    )


def send_papers(case: Case) -> tuple[Button, ...]:
    """What was fetched once can be fetched again."""
    if case.procedure is None and case.order:
        return (send_papers_button(case.order.procedure),)
    return to_do(case.dossier, case.procedure)


def grievance(case: Case) -> tuple[Button, ...]:
    return (complain_button(case.code),) if case.late.kind in LATE else ()
