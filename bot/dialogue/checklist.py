"""The papers in full, by case, with a tick for each one the citizen has."""

from dataclasses import replace

from bot.dialogue import wording
from bot.dialogue.states import Reading
from bot.dialogue.step import Button, Line, Reply, Step, go, text
from bot.dialogue.ways import PERSON, case_button, paper_wanted, tick_button, title, whole_button
from bot.dialogue.world import Given
from knowledge.explanation import Paper, all_papers, needed_by_all, papers_of
from procedures_catalog.models import Procedure

REMEMBERED = 60  # ticks of one chat; the oldest are forgotten


def checklist(procedure: Procedure, case: int | None, given: Given) -> Step:
    """The common papers and those of the case, if one was chosen; the other cases as buttons."""
    listed = papers_of(procedure, case)
    ticked = [paper for paper in listed if tick(procedure, paper) in given.memory.ticked]
    lines = (
        Line(text("aspect.papers", name=title(procedure, given.memory.language)), "title"),
        *named_case(procedure, case),
        *(Line(wording.paper_in_full(paper), "item") for paper in listed),
        *progress(listed, ticked),
        *(Line(advice, "note") for advice in procedure.advice),
        Line(wording.source_line(procedure.source), "note"),
    )
    return go(
        Reading(code=procedure.code),
        Reply(
            lines, (*buttons(procedure, case, listed, ticked), whole_button(procedure, given.memory.language), PERSON)
        ),
    )


def named_case(procedure: Procedure, case: int | None) -> tuple[Line, ...]:
    if case is not None:
        chosen = procedure.cases[case]
        return (Line(wording.joined(chosen.name, chosen.note), "heading"),)
    if procedure.cases:
        return (Line(text("papers.common_then_case" if procedure.documents else "papers.choose_case")),)
    if procedure.documents:
        return ()
    return (Line(text("papers.unknown" if procedure.documents is None else "papers.none")),)


def progress(listed: tuple[Paper, ...], ticked: list[Paper]) -> tuple[Line, ...]:
    """How far the citizen is; nothing before the first tick."""
    if not ticked:
        return (Line(text("papers.tick")),) if listed else ()
    missing = [paper.document.name for paper in needed_by_all(listed) if paper not in ticked]
    if not missing:
        return (Line(text("papers.complete")),)
    return (Line(text("papers.missing", count=len(ticked), missing=tuple(missing))),)


def buttons(
    procedure: Procedure, case: int | None, listed: tuple[Paper, ...], ticked: list[Paper]
) -> tuple[Button, ...]:
    boxes = (
        tick_button(
            procedure.code,
            case,
            paper.key,
            text("tick.on" if paper in ticked else "tick.off", name=paper.document.name),
            wanted=paper not in ticked,
        )
        for paper in listed
    )
    cases = (case_button(procedure.code, i, c.name) for i, c in enumerate(procedure.cases) if i != case)
    return (*boxes, *cases)


def tick(procedure: Procedure, paper: Paper) -> str:
    return f"{procedure.code}/{paper.key}"


def with_tick(mark: str, wanted: bool | None, before: tuple[str, ...]) -> tuple[str, ...]:
    """The ticks with this one set or taken away; `wanted` None: the other way round than it is.

    >>> with_tick("a", True, ("a", "b")), with_tick("a", False, ("a", "b")), with_tick("a", None, ("b",))
    (('b', 'a'), ('b',), ('b', 'a'))
    """
    others = tuple(m for m in before if m != mark)
    return (*others, mark)[-REMEMBERED:] if (mark not in before if wanted is None else wanted) else others


def ticked_or_not(procedure: Procedure, case: int | None, option: str, given: Given) -> Step | None:
    """A paper ticked, or its tick taken away. None for a paper the procedure does not have."""
    key, wanted = paper_wanted(option)
    mark = f"{procedure.code}/{key}"
    if mark not in {tick(procedure, paper) for paper in all_papers(procedure)}:
        return None
    after = with_tick(mark, wanted, given.memory.ticked)
    memory = given.memory.model_copy(update={"ticked": after})
    step = checklist(procedure, case, given.remembering(memory))
    screen, *others = step.replies
    return Step(step.state, (replace(screen, redraws=True), *others), memory)
