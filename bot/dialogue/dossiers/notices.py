"""What is said of a dossier to a citizen who did not ask: each is complete in itself, for it may be read days later.

Who has not proved whose dossier it is reads no papers, sum or reason, but how to see them.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from bot.dialogue.dossiers.duties import apology, duties
from bot.dialogue.dossiers.telling import (
    Case,
    before,
    closing,
    coming,
    grievance,
    is_brought,
    promised,
    receiving,
    send_papers,
    standing,
    told,
    trial_line,
    ways,
)
from bot.dialogue.dossiers.ways import complain_button, dossier_button, follow_button, unfollow_button
from bot.dialogue.orders.ways import book_again_button, order_button
from bot.dialogue.step import Line, Reply, Words, text
from bot.dialogue.ways import PERSON
from bot.dossiers.changes import Change, Kind
from bot.dossiers.dossier import ENDED, Dossier, Status
from bot.dossiers.lateness import UNSOLVED
from bot.pickup import progress
from bot.pickup.order import Order
from knowledge.calendar import WorkingCalendar
from knowledge.tongue import Language
from procedures_catalog.models import Procedure

HIDDEN: frozenset[Kind] = frozenset({"supplement", "supplement_waiting", "payment", "rejected", "stopped"})
OF_A_STATUS: Mapping[Kind, frozenset[Status]] = {
    **{kind: frozenset({kind}) for kind in ("supplement", "payment", "rejected", "stopped", "withdrawn", "unknown")},
    **dict.fromkeys(("received", "processing", "resumed", "reopened", "due_tomorrow", "overdue"), UNSOLVED),
    "supplement_waiting": frozenset({"supplement"}),
    "done": frozenset({"done"}),
    "returned": frozenset({"returned"}),
}


def notice(
    dossier: Dossier,
    change: Change,
    *,
    proved: bool,
    order: Order | None,
    now: datetime,
    calendar: WorkingCalendar,
    trial: bool,
    procedure: Procedure | None = None,
    language: Language = "vi",
    system: Words | None = None,
    as_of: datetime | None = None,
    post: progress.Status | None = None,
    kept_until: date | None = None,
) -> Reply | None:
    """None for what the dossier has left behind. `now`: in Viet Nam, without its zone; the rest: see Case."""
    if dossier.status not in OF_A_STATUS.get(change.kind, (dossier.status,)):
        return None
    case = Case(dossier, proved, order, now, calendar, trial, procedure, language, system, as_of, post, kept_until)
    return MOVED[change.kind](case, change.was) if change.kind in MOVED else TELLINGS[change.kind](case)


def back_again(
    dossier: Dossier,
    *,
    proved: bool,
    order: Order | None,
    now: datetime,
    calendar: WorkingCalendar,
    trial: bool,
    lasting: bool,
    procedure: Procedure | None = None,
    language: Language = "vi",
    system: Words | None = None,
    post: progress.Status | None = None,
) -> Reply:
    """To who asked while the system was down. `lasting`: it is followed further."""
    case = Case(dossier, proved, order, now, calendar, trial, procedure, language, system, post=post)
    what = (*duties(dossier, proved=proved), *(receiving(case) if dossier.status == "done" else ()))
    lines = (Line(text("dossier_notice.was_down")), *standing(case), *what, *promised(case))
    asked = case.dossier.status in HIDDEN
    goes_on = () if lasting or dossier.status in ENDED else (follow_button(dossier.code),)
    return told(case, "dossier_notice.back_again", *lines, ways=ways(case, *goes_on, hidden=asked, followed=lasting))


def not_there(code: str, *, order: Order | None, trial: bool) -> Reply:
    """The system answers again, and knows no such dossier; or has known none for so long that it is asked no more."""
    lines = (
        Line(text("dossier_notice.not_there", code=code), "title"),
        *trial_line(order, trial=trial),
        Line(text("dossier_notice.not_there_why")),
        Line(text("dossier_notice.not_there_how")),
    )
    linked = (order_button(order.number),) if order else ()
    return Reply(lines, (dossier_button(code), follow_button(code), *linked, PERSON))


def followed_by_itself(order: Order, code: str) -> Reply:
    """The post handed the dossier over, and told the code the agency gave it."""
    lines = (
        Line(text("dossier_notice.by_itself", number=order.number), "title"),
        *trial_line(order, trial=False),
        Line(order.procedure_name),
        Line(text("dossier_notice.code", code=code)),
        Line(text("dossier_notice.watched")),
    )
    return Reply(lines, (dossier_button(code), order_button(order.number), unfollow_button(code), PERSON))


def taken_in(case: Case, key: str) -> Reply:
    """The agency has it, and works on it."""
    lines = (*standing(case), *promised(case), Line(text("dossier_notice.nothing_to_do")))
    return told(case, key, *lines, ways=ways(case))


def resumed(case: Case) -> Reply:
    lines = (*standing(case), Line(text("dossier_notice.was_waiting")), *promised(case))
    return told(case, "dossier_notice.resumed", *lines, ways=ways(case))


def reopened(case: Case) -> Reply:
    lines = (*standing(case), Line(text("dossier_notice.do_not_go"), "warning"), *promised(case))
    return told(case, "dossier_notice.reopened", *lines, ways=ways(case))


def supplement(case: Case, key: str = "dossier_notice.supplement") -> Reply:
    lines = (*standing(case), *duties(case.dossier, proved=case.proved))
    return told(case, key, *lines, *ignored(key), ways=ways(case, *send_papers(case), hidden=True))


def ignored(key: str) -> tuple[Line, ...]:
    """Systems are slow to write down what was handed in."""
    return (Line(text("dossier_notice.already"), "note"),) if key == "dossier_notice.supplement_waiting" else ()


def payment(case: Case) -> Reply:
    lines = (*standing(case), *duties(case.dossier, proved=case.proved))
    return told(case, "dossier_notice.payment", *lines, ways=ways(case, hidden=True))


def rejected(case: Case) -> Reply:
    return refused(case, "dossier_notice.rejected", Line(text("dossier_notice.form_03")))


def stopped(case: Case) -> Reply:
    return refused(case, "dossier_notice.stopped", Line(text("dossier_notice.form_05")))


def refused(case: Case, key: str, paper: Line) -> Reply:
    """`paper`: the one that says why. What can be done about it is one tap away."""
    duty = (*duties(case.dossier, proved=case.proved), paper, Line(text("dossier_notice.refused_how")))
    again = (book_again_button(case.order.procedure),) if case.order else ()
    first = (complain_button(case.code), *again)
    return told(case, key, *standing(case), *duty, *closing(case), ways=ways(case, *first, hidden=True, ended=True))


def withdrawn(case: Case) -> Reply:
    lines = (*standing(case), Line(text("dossier_notice.not_by_you"), "warning"), *closing(case))
    return told(case, "dossier_notice.withdrawn", *lines, ways=ways(case, ended=True))


def done(case: Case) -> Reply:
    lines = (*standing(case), *receiving(case), *promised(case))
    return told(case, "dossier_notice.done", *lines, ways=ways(case, *grievance(case)))


def returned(case: Case) -> Reply:
    """Agencies write so when the postman fetches the result, days before the citizen has it."""
    if is_brought(case):
        lines = (
            *standing(case),
            *receiving(case),
            *promised(case),
            Line(text("dossier_notice.ends_at_agency"), "note"),
        )
        return told(case, "dossier_notice.to_the_post", *lines, ways=ways(case, *grievance(case), ended=True))
    lines = (*standing(case), Line(text("dossier_notice.not_yet_yours")), Line(text("notice.check")), *promised(case))
    mine = ways(case, *grievance(case), ended=True)
    return told(case, "dossier_notice.returned", *lines, *closing(case), ways=mine)


def unknown(case: Case) -> Reply:
    lines = (*standing(case), Line(text("dossier_notice.not_guessed")), *promised(case))
    return told(case, "dossier_notice.unknown", *lines, ways=ways(case))


def earlier(case: Case, was: date | None) -> Reply:
    lines = (*standing(case), *before(was), *promised(case), *coming(case))
    return told(case, "dossier_notice.earlier", *lines, ways=ways(case))


def later(case: Case, was: date | None) -> Reply:
    """With no apology: it may be that the clock stood still."""
    waited = (Line(text("dossier_notice.moved_by_wait"), "note"),) if case.dossier.rounds else ()
    lines = (*standing(case), *before(was), *promised(case), Line(text("dossier_notice.no_reason")), *waited)
    return told(case, "dossier_notice.later", *lines, ways=ways(case, complain_button(case.code)))


def sorry(case: Case, was: date | None) -> Reply:
    """Until when, and why if that may be read."""
    hidden = case.dossier.apology is not None and case.dossier.apology.reason is not None
    lines = (*standing(case), *before(was), *apology(case.dossier, case.late, proved=case.proved), *coming(case))
    return told(case, "dossier_notice.apology", *lines, ways=ways(case, complain_button(case.code), hidden=hidden))


def due_tomorrow(case: Case) -> Reply:
    wait = coming(case) or (Line(text("dossier_notice.do_not_go_yet")),)
    lines = (*standing(case), *promised(case), Line(text("dossier_notice.not_there_yet")), *wait)
    return told(case, "dossier_notice.due_tomorrow", *lines, ways=ways(case))


def overdue(case: Case) -> Reply:
    lines = (*standing(case), *promised(case), Line(text("dossier_notice.ask_why")))
    return told(case, "dossier_notice.overdue", *lines, ways=ways(case, complain_button(case.code)))


MOVED: Mapping[Kind, Callable[[Case, date | None], Reply]] = {"earlier": earlier, "later": later, "apology": sorry}
TELLINGS: Mapping[Kind, Callable[[Case], Reply]] = {
    "received": lambda case: taken_in(case, "dossier_notice.received"),
    "processing": lambda case: taken_in(case, "dossier_notice.processing"),
    "supplement": supplement,
    "supplement_waiting": lambda case: supplement(case, "dossier_notice.supplement_waiting"),
    "payment": payment,
    "rejected": rejected,
    "stopped": stopped,
    "withdrawn": withdrawn,
    "done": done,
    "returned": returned,
    "unknown": unknown,
    "resumed": resumed,
    "reopened": reopened,
    "due_tomorrow": due_tomorrow,
    "overdue": overdue,
}
