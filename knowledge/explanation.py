"""What a citizen must bring and pay on a given day: conclusions from the catalogue's facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from procedures_catalog.models import Fee, Procedure, RequiredDocument


@dataclass(frozen=True)
class Paper:
    """A line of the checklist and its place in the procedure: `key` is stable while the catalogue is."""

    key: str  # "-/0": the first common paper; "2/1": the second paper of the third case
    document: RequiredDocument


def papers_of(procedure: Procedure, case: int | None = None) -> tuple[Paper, ...]:
    """The common papers, and those of one case."""
    common = (Paper(f"-/{i}", d) for i, d in enumerate(procedure.documents or ()))
    own = () if case is None else (Paper(f"{case}/{i}", d) for i, d in enumerate(procedure.cases[case].documents))
    return (*common, *own)


def all_papers(procedure: Procedure) -> tuple[Paper, ...]:
    """The common papers and those of every case."""
    of_cases = (
        Paper(f"{c}/{i}", document)
        for c, case in enumerate(procedure.cases)
        for i, document in enumerate(case.documents)
    )
    return (*papers_of(procedure), *of_cases)


def needed_by_all(papers: Iterable[Paper]) -> tuple[Paper, ...]:
    """Those that hang on no condition."""
    return tuple(p for p in papers if p.document.only_if is None)


def fees_on(procedure: Procedure, day: date) -> tuple[Fee, ...]:
    """What may be due; empty means not known."""
    return tuple(f for f in procedure.fees if f.applies_on(day))
