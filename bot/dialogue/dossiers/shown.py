"""A dossier on screen: where it stands, who has it, what is next, what was promised, and what happened so far."""

from bot.dialogue.dossiers.duties import apology, duties
from bot.dialogue.dossiers.holding import held_words, next_words
from bot.dialogue.dossiers.own import is_awaited, is_watched, linkable, listed_count, pickup_of
from bot.dialogue.dossiers.timeline import timeline
from bot.dialogue.dossiers.ways import (
    ANOTHER,
    DOSSIERS,
    complain_button,
    follow_button,
    more_button,
    of_pickup_button,
    once_button,
    send_papers_button,
    unfollow_button,
)
from bot.dialogue.dossiers.wording import due_words, procedure_name, status_words, told_by
from bot.dialogue.orders.ways import order_button
from bot.dialogue.step import Button, Line, Reply, text
from bot.dialogue.ways import PERSON, show_button
from bot.dialogue.world import Given, Looked, Under
from bot.dossiers.dossier import ENDED, Dossier, Status
from bot.dossiers.lateness import Lateness, lateness
from procedures_catalog.models import Procedure

LATE = ("overdue", "late")
REFUSED: frozenset[Status] = frozenset({"rejected", "stopped"})


def screen(looked: Looked, dossier: Dossier, given: Given, *first: Line) -> Reply:
    """`first`: what there is to say before."""
    code = looked.look.code
    under = pickup_of(code, given)
    late = lateness(dossier, given.now, given.post.visits.calendar)
    lines = (
        *first,
        Line(text("dossier.title", code=code), "title"),
        *trial(looked, under),
        *named(dossier, given),
        *owner(looked),
        Line(status_words(dossier), "heading"),
        *where(dossier, under, late),
        *promised(dossier, late, given),
        *apology(dossier, late, proved=looked.proved),
        *duties(dossier, proved=looked.proved),
        *timeline(dossier, under, proved=looked.proved),
        *(Line(text(f"dossier.doubt_{doubt}"), "warning") for doubt in dossier.doubts),
        Line(told_by(looked, given), "note"),
    )
    return Reply(lines, ways_on(looked, dossier, late, under, given))


def trial(looked: Looked, under: Under | None) -> tuple[Line, ...]:
    is_trial = looked.trial or (under is not None and under.order.trial)
    return (Line(text("dossier.trial"), "warning"),) if is_trial else ()


def named(dossier: Dossier, given: Given) -> tuple[Line, ...]:
    name = procedure_name(dossier, given)
    return (Line(name),) if name else ()


def owner(looked: Looked) -> tuple[Line, ...]:
    return (Line(text("dossier.owner", name=looked.owner)),) if looked.proved and looked.owner else ()


def where(dossier: Dossier, under: Under | None, late: Lateness) -> tuple[Line, ...]:
    held = held_words(dossier, under)
    return (*((Line(held),) if held else ()), Line(text("dossier.next", what=next_words(dossier, under, late))))


def promised(dossier: Dossier, late: Lateness, given: Given) -> tuple[Line, ...]:
    """What ended without a result has no day to wait for."""
    if dossier.status in ENDED and dossier.status != "returned":
        return ()
    return (Line(due_words(dossier, late, given.today)),)


def ways_on(looked: Looked, dossier: Dossier, late: Lateness, under: Under | None, given: Given) -> tuple[Button, ...]:
    code = looked.look.code
    procedure = given.catalog.get(dossier.procedure or "")
    linked = () if under else tuple(of_pickup_button(code, one.order.number) for one in linkable(dossier, given))
    return (
        *to_do(dossier, procedure),
        *(() if looked.proved or looked.outcome != "found" else (more_button(code),)),
        *watching(looked, dossier, under, given),
        *linked,
        *((complain_button(code),) if is_a_grievance(dossier, late) else ()),
        *((order_button(under.order.number),) if under else ()),
        *((show_button(procedure, given.memory.language),) if procedure else ()),
        *((DOSSIERS,) if listed_count(given) > 1 else (ANOTHER,)),
        PERSON,
    )


def is_a_grievance(dossier: Dossier, late: Lateness) -> bool:
    return late.kind in LATE or dossier.apology is not None or dossier.status in REFUSED


def to_do(dossier: Dossier, procedure: Procedure | None) -> tuple[Button, ...]:
    """A postman fetches what is missing, unless the procedure cannot be sent."""
    if dossier.status != "supplement" or procedure is None or procedure.postal.send.possible is False:
        return ()
    return (send_papers_button(procedure.code),)


def watching(looked: Looked, dossier: Dossier, under: Under | None, given: Given) -> tuple[Button, ...]:
    code = looked.look.code
    if is_watched(code, given):
        return (unfollow_button(code),)
    if looked.outcome == "down":
        return (*(() if is_awaited(code, given) else (once_button(code),)), follow_button(code))
    on_the_way = under is not None and under.is_open
    return (follow_button(code),) if dossier.status not in ENDED or on_the_way else ()
