"""What the citizen has to do for a dossier now, and what an agency gives as its reasons: the latter when proved."""

from bot.dialogue.booking.wordings import day_words
from bot.dialogue.dossiers.wording import as_written
from bot.dialogue.orders.shown import in_viet_nam
from bot.dialogue.step import Line, text
from bot.dossiers.dossier import Dossier
from bot.dossiers.lateness import Lateness

MOST = 8  # papers on one screen


def duties(dossier: Dossier, *, proved: bool) -> tuple[Line, ...]:
    match dossier.status:
        case "supplement":
            return supplement(dossier, proved=proved)
        case "payment":
            return payment(dossier, proved=proved)
        case "rejected" | "stopped":
            return ended(dossier, proved=proved)
        case _:
            return ()


def supplement(dossier: Dossier, *, proved: bool) -> tuple[Line, ...]:
    by = dossier.supply_by and day_words(in_viet_nam(dossier.supply_by).date())
    return (
        Line(text("dossier.supplement"), "heading"),
        *(papers(dossier) if proved else (Line(text("dossier.more_papers")),)),
        *(reason(dossier) if proved else ()),
        Line(text("dossier.supply_by", day=by) if by else text("dossier.no_supply_by")),
        Line(text("dossier.supply_how")),
        Line(text("dossier.clock_stands"), "note"),
    )


def papers(dossier: Dossier) -> tuple[Line, ...]:
    if not dossier.papers:
        return (Line(text("dossier.no_papers")),)
    more = len(dossier.papers) - MOST
    rest = (Line(text("dossier.papers_more", count=more), "item"),) if more > 0 else ()
    return (*(Line(as_written(paper), "item") for paper in dossier.papers[:MOST]), *rest)


def payment(dossier: Dossier, *, proved: bool) -> tuple[Line, ...]:
    """Only at the portal or at the desk: whoever asks for it elsewhere is a swindler."""
    sum_known = dossier.fee is not None and dossier.fee > 0
    asked = Line(text("dossier.fee", sum=dossier.fee) if sum_known and dossier.fee else text("dossier.no_fee"))
    return (
        Line(text("dossier.payment"), "heading"),
        asked if proved else Line(text("dossier.more_fee")),
        *(reason(dossier) if proved else ()),
        Line(text("dossier.pay_how")),
        Line(text("dossier.pay_never"), "warning"),
    )


def ended(dossier: Dossier, *, proved: bool) -> tuple[Line, ...]:
    if not proved:
        return (Line(text("dossier.more_reason")),)
    return reason(dossier) or (Line(text("dossier.no_reason")),)


def reason(dossier: Dossier) -> tuple[Line, ...]:
    return (Line(text("dossier.reason", reason=as_written(dossier.reason))),) if dossier.reason else ()


def apology(dossier: Dossier, late: Lateness, *, proved: bool) -> tuple[Line, ...]:
    """Form 04 of TT 03/2025/TT-VPCP. Its day is told to anybody, as the day promised first is; its reason is not."""
    if dossier.apology is None:
        return (Line(text("dossier.not_sorry")),) if late.kind == "overdue" else ()
    due, why = dossier.apology.due, dossier.apology.reason
    day = due and day_words(in_viet_nam(due).date())
    return (
        Line(text("dossier.sorry_until", day=day) if day else text("dossier.sorry")),
        *((Line(text("dossier.reason", reason=as_written(why))),) if why and proved else ()),
    )
