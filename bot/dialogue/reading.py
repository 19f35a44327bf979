"""Reading about a procedure: everything on one screen, then each side of it in full."""

from bot.dialogue import wording
from bot.dialogue.aspects import aspect_of
from bot.dialogue.events import Event, Said
from bot.dialogue.states import Reading
from bot.dialogue.step import Button, Line, Reply, Step, go, say, text
from bot.dialogue.ways import PERSON, aspect_button, book_button, title
from bot.dialogue.world import Given
from knowledge.explanation import Paper, all_papers, fees_on, needed_by_all, papers_of
from knowledge.understanding import Ask, Aspect, Is
from procedures_catalog.models import Procedure

SHOWN_PAPERS = 8  # on the first screen; the rest stands behind a button
SHOWN_FEES = 3


def show(procedure: Procedure, given: Given) -> Step:
    listed = all_papers(procedure)
    lines = (
        Line(title(procedure, given.memory.language), "title"),
        *name_at_the_desk(procedure, given),
        *summary(procedure, given),
        *papers(procedure, listed),
        *fees(procedure, given),
        *times(procedure),
        Line(text("reading.place", place=wording.place_words(procedure))),
        Line(wording.send_line(procedure.postal.send)),
        Line(wording.back_line(procedure.postal.back)),
        Line(wording.source_line(procedure.source), "note"),
    )
    return go(Reading(code=procedure.code), Reply(lines, ways_on(procedure, listed)))


def shown(procedure: Procedure, aspect: Aspect | None, given: Given) -> Step:
    """The side of it that was asked about, or the whole."""
    return aspect_of(aspect, procedure, given) if aspect else show(procedure, given)


def name_at_the_desk(procedure: Procedure, given: Given) -> tuple[Line, ...]:
    """The Vietnamese name, for a reader who was shown another."""
    known_as = procedure.title
    return () if known_as == title(procedure, given.memory.language) else (Line(text("reading.name", name=known_as)),)


def summary(procedure: Procedure, given: Given) -> tuple[Line, ...]:
    """Imported wording is the portal's own, unedited: said, so that nobody takes it for our explanation."""
    if given.catalog.layer_of(procedure.code) == "national":
        return (Line(text("reading.imported"), "note"),)
    return (Line(procedure.summary),) if procedure.summary else ()


def papers(procedure: Procedure, listed: tuple[Paper, ...]) -> tuple[Line, ...]:
    if not listed:
        return (Line(text("papers.unknown" if procedure.documents is None else "papers.none")),)
    shown = listed if len(listed) <= SHOWN_PAPERS else needed_by_all(papers_of(procedure))[:SHOWN_PAPERS]
    items = (Line(wording.paper_of_case(paper, procedure), "item") for paper in shown)
    more = text("papers.more", count=len(listed) - len(shown))
    cases = text("papers.cases", cases=tuple(case.name for case in procedure.cases))
    return (
        Line(text("papers.heading"), "heading"),
        *items,
        *((Line(more, "item"),) if len(shown) < len(listed) else ()),
        *((Line(cases),) if procedure.cases else ()),
    )


def fees(procedure: Procedure, given: Given) -> tuple[Line, ...]:
    due = fees_on(procedure, given.today)
    if not due:
        return (Line(text("fee.heading"), "heading"), Line(text("fee_unknown.not_published"), "item"))
    lines = tuple(
        Line(wording.fee_line(fee) if len(due) == 1 else wording.fee_among(fee), "item") for fee in due[:SHOWN_FEES]
    )
    more = (Line(text("fee.more", count=len(due) - SHOWN_FEES), "item"),) if len(due) > SHOWN_FEES else ()
    return (Line(text("fee.heading"), "heading"), *lines, *more)


def times(procedure: Procedure) -> tuple[Line, ...]:
    lines = tuple(Line(wording.duration_line(duration), "item") for duration in procedure.durations[:SHOWN_FEES])
    return (Line(text("time.heading"), "heading"), *(lines or (Line(text("time.unknown"), "item"),)))


def ways_on(procedure: Procedure, listed: tuple[Paper, ...]) -> tuple[Button, ...]:
    offered = {
        "papers": bool(listed),
        "online": procedure.online is True,
        "form": any(paper.document.template for paper in listed),
        "law": bool(procedure.legal_basis),
    }
    aspects = [a for a in ("papers", "fee", "post", "online", "form", "law") if offered.get(a, True)]
    booked = () if procedure.postal.send.possible is False else (book_button(procedure.code),)
    return (*booked, *(aspect_button(aspect, procedure.code) for aspect in aspects), PERSON)


def reading(state: Reading, event: Event, given: Given) -> Step | None:
    match event:
        case Said(Ask(aspect)) if state.code in given.catalog:
            return aspect_of(aspect, given.catalog[state.code], given)
        case Said(Is("agree")) if state.code in given.catalog:
            procedure = given.catalog[state.code]
            return go(state, say("reading.more", *ways_on(procedure, all_papers(procedure))))
        case _:
            return None
