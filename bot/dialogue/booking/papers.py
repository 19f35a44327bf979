"""The papers of the dossier: which are ticked, which are still missing. The postman may come all the same."""

from collections.abc import Iterable
from dataclasses import replace

from bot.dialogue import wording
from bot.dialogue.booking.buttons import all_ready_button, case_button, have_button, papers_done_button
from bot.dialogue.booking.fields import procedure_of
from bot.dialogue.booking.filled import Ask, Filled
from bot.dialogue.checklist import REMEMBERED, tick, with_tick
from bot.dialogue.states import Draft
from bot.dialogue.step import Line, text
from bot.dialogue.ways import paper_wanted
from bot.dialogue.world import Given
from bot.pickup.order import PaperLine
from knowledge.answers import behind_having, behind_missing, short_answers
from knowledge.explanation import Paper, all_papers, needed_by_all, papers_of
from knowledge.text import fold
from procedures_catalog.models import Procedure

ENOUGH = 0.5  # of the words that are said must stand in a paper's name


def case_on_screen(among: tuple[str, ...], procedure: Procedure) -> int | None:
    """The case whose papers are shown beside the common ones."""
    case = int(among[0]) if among and among[0].isdecimal() else None
    return case if case is not None and case < len(procedure.cases) else None


def listed(draft: Draft, given: Given, case: int | None = None) -> tuple[Paper, ...]:
    """The common papers and those of the case on screen, or of the cases of which some are ticked."""
    procedure = procedure_of(draft, given)
    if case is not None:
        return papers_of(procedure, case)
    ticked = [paper for paper in all_papers(procedure) if is_ticked(paper, procedure, given)]
    cases = {paper.key.partition("/")[0] for paper in ticked} | {"-"}
    return tuple(paper for paper in all_papers(procedure) if paper.key.partition("/")[0] in cases)


def is_ticked(paper: Paper, procedure: Procedure, given: Given) -> bool:
    return tick(procedure, paper) in given.memory.ticked


def screen(draft: Draft, given: Given, among: tuple[str, ...] = (), why: tuple[Line, ...] = ()) -> Ask:
    """The checklist with a box each, and the cases to choose among."""
    procedure = procedure_of(draft, given)
    case = case_on_screen(among, procedure)
    shown = listed(draft, given, case)
    lines = (*why, *(Line(wording.paper_line(paper), "item") for paper in shown))
    if procedure.cases and case is None:
        lines = (*lines, Line(text("book.papers_case")))
    boxes = tuple(
        have_button(
            paper.key,
            text(
                "tick.on" if is_ticked(paper, procedure, given) else "tick.off",
                name=paper.document.name,
            ),
            wanted=not is_ticked(paper, procedure, given),
        )
        for paper in shown
    )
    cases = tuple(case_button(i, c.name) for i, c in enumerate(procedure.cases) if i != case)
    everything = (all_ready_button(case),) if shown else ()
    return Ask("papers", lines, (*boxes, *cases, *everything, papers_done_button(case)), among)


def ticked_or_not(option: str, filled: Filled, given: Given) -> Filled | None:
    """A tick set or taken away. None for a paper the procedure does not have."""
    procedure, (key, wanted) = procedure_of(filled.draft, given), paper_wanted(option)
    paper = next((paper for paper in all_papers(procedure) if paper.key == key), None)
    if paper is None:
        return None
    after = with_tick(tick(procedure, paper), wanted, given.memory.ticked)
    case = key.partition("/")[0]
    return replace(filled, ticked=after, ask=Ask("papers", among=() if case == "-" else (case,)))


def answered(said: str, among: tuple[str, ...], filled: Filled, given: Given) -> Filled | None:
    """ "Đủ cả", "thiếu giấy chứng sinh", "chưa có gì". None: it is about something else."""
    shown = listed(filled.draft, given, case_on_screen(among, procedure_of(filled.draft, given)))
    short = short_answers(said)
    if "all_ready" in short:
        return all_ready(shown, filled, given)
    if short & {"none_ready"}:
        return done(with_ticks((), filled, given), shown, given)
    if short & {"done", "skip", "yes"}:
        return done(filled, shown, given)
    lacking = behind_missing(said)
    if lacking and (papers := meant(lacking, shown)):
        return done(with_ticks([p for p in needed_by_all(shown) if p not in papers], filled, given), shown, given)
    present = behind_having(said)
    if present and not lacking and (papers := meant(present, shown)):
        return done(with_ticks(papers, filled, given), shown, given)
    if lacking:
        return filled.asking(screen(filled.draft, given, among, (Line(text("book.paper_unknown")),)))
    return None


def all_ready(shown: tuple[Paper, ...], filled: Filled, given: Given) -> Filled:
    """Those everyone needs. One that hangs on a condition is ticked by itself, or not meant."""
    procedure = procedure_of(filled.draft, given)
    before = [paper for paper in shown if is_ticked(paper, procedure, given)]
    return done(with_ticks((*needed_by_all(shown), *before), filled, given), shown, given)


def meant(said: str, papers: Iterable[Paper]) -> list[Paper]:
    """Those whose names hold most of the words that are said, the best of them; each part of a list by itself."""
    found: list[Paper] = []
    for part in said.replace(" và ", ",").replace(" va ", ",").replace(" and ", ",").split(","):
        words = set(fold(part).split())
        shares = {paper.key: (len(words & set(fold(paper.document.name).split())), paper) for paper in papers}
        best = max((share for share, _ in shares.values()), default=0)
        if words and best and best >= ENOUGH * len(words):
            found += [paper for share, paper in shares.values() if share == best]
    return found


def with_ticks(ready: Iterable[Paper], filled: Filled, given: Given) -> Filled:
    """These of the procedure's papers ticked, and no other."""
    procedure = procedure_of(filled.draft, given)
    others = [mark for mark in given.memory.ticked if not mark.startswith(f"{procedure.code}/")]
    marks = (*others, *dict.fromkeys(tick(procedure, paper) for paper in ready))
    return replace(filled, ticked=marks[-REMEMBERED:])


def done(filled: Filled, shown: tuple[Paper, ...], given: Given) -> Filled:
    procedure = procedure_of(filled.draft, given)
    ticks = given.memory.ticked if filled.ticked is None else filled.ticked
    lacking = [paper.document.name for paper in needed_by_all(shown) if tick(procedure, paper) not in ticks]
    filled = filled.having(papers_seen=True)
    if not lacking:
        return filled.having(text("book.papers_complete"))
    return filled.telling(Line(text("book.papers_missing", papers=tuple(lacking)), "note"))


def paper_lines(draft: Draft, given: Given) -> tuple[PaperLine, ...]:
    """As they stand on the slip: those everyone needs and those ticked; where all hang on conditions, all."""
    procedure, papers = procedure_of(draft, given), listed(draft, given)
    meant = [p for p in papers if p.document.only_if is None or is_ticked(p, procedure, given)]
    return tuple(
        PaperLine(
            name=paper.document.name,
            form=paper.document.form,
            count=paper.document.count,
            ready=is_ticked(paper, procedure, given),
        )
        for paper in meant or papers
    )


def lacking(draft: Draft, given: Given) -> tuple[str, ...]:
    procedure = procedure_of(draft, given)
    needed = needed_by_all(listed(draft, given))
    return tuple(paper.document.name for paper in needed if not is_ticked(paper, procedure, given))
