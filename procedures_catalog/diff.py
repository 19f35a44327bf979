"""What changed between two catalogues: procedures that came or went, and facts a citizen would notice."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from procedures_catalog.catalog import read_folder
from procedures_catalog.files import CatalogueError
from procedures_catalog.importers import READERS
from procedures_catalog.importers.guess import guess
from procedures_catalog.importers.reading import NOTHING_SAID
from procedures_catalog.importers.running import Tally, tallied
from procedures_catalog.layers import SealedLayer
from procedures_catalog.models import Duration, Fee, PostalWay, Procedure, RequiredDocument

LAYER = b'{"format":"noidai-layer"'


@dataclass(frozen=True)
class Change:
    """One kind of fact of one procedure; what stood and what stands, each as lines."""

    code: str
    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """Procedures by code and name, and changes by kind; every kind is there, also without a change."""

    new: Mapping[str, str]
    gone: Mapping[str, str]
    changed: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        counts = {"new": len(self.new), "gone": len(self.gone)}
        return counts | {kind: len(changes) for kind, changes in self.changed.items()}


def compare(old: Mapping[str, Procedure], new: Mapping[str, Procedure]) -> Difference:
    """Where a fact came from and of which day it is are no differences; notes are not compared."""
    both = sorted(old.keys() & new.keys())
    changed: dict[str, list[Change]] = {kind: [] for kind in FACTS}
    for code in both:
        before, after = old[code], new[code]
        for kind, facts in FACTS.items():
            was, now = tuple(facts(before)), tuple(facts(after))
            if sorted(was) != sorted(now):
                changed[kind].append(Change(code, after.title, was, now))
    return Difference(
        new={code: new[code].name for code in sorted(new.keys() - old.keys())},
        gone={code: old[code].name for code in sorted(old.keys() - new.keys())},
        changed={kind: tuple(changes) for kind, changes in changed.items()},
    )


def read_any(path: Path, below: Mapping[str, Procedure]) -> Mapping[str, Procedure]:
    """The procedures of a sealed layer, of a folder of YAML files laid over `below`, or of a file to import.

    Raises CatalogueError.
    """
    if path.is_dir() and any(path.glob("*.yaml")):
        return read_folder(path, below)
    if path.is_file() and is_layer(path):
        return SealedLayer(path)
    if not path.exists():
        raise CatalogueError([f"{path}:1: file: cannot be read: No such file or directory"])
    tally = Tally()
    for _ in tallied(tally, READERS[guess(path)], path, NOTHING_SAID):
        pass
    if not tally.procedures:
        raise CatalogueError([f"{path}:1: file: holds no procedure"])
    return {procedure.code: procedure for procedure in tally.procedures}


def is_layer(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(LAYER)) == LAYER


def fee_line(fee: Fee) -> str:
    amount = f"{fee.amount:,.0f} {fee.unit}" if fee.amount is not None else f"unknown ({fee.unknown})"
    days = f"{fee.valid_from or ''}…{fee.valid_until or ''}" if fee.valid_from or fee.valid_until else None
    return line(fee.kind, amount, days, ways(fee.channels), fee.only_if)


def paper_lines(procedure: Procedure) -> Iterator[str]:
    if procedure.documents is None and not procedure.cases:
        yield "unknown"
    for paper in procedure.documents or ():
        yield paper_line(paper)
    for case in procedure.cases:
        for paper in case.documents:
            yield f"[{case.name}] {paper_line(paper)}"


def paper_line(paper: RequiredDocument) -> str:
    count = f"×{paper.count}" if paper.count > 1 else None
    return line(paper.name, paper.form or "form unknown", count, paper.only_if)


def time_line(time: Duration) -> str:
    amount = "unknown" if time.amount is None else f"{time.amount} {time.unit}"
    return line(amount, ways(time.channels), time.only_if)


def post_line(direction: str, way: PostalWay) -> str:
    possible = {True: "yes", False: "no", None: "unknown"}[way.possible]
    return line(f"{direction}: {possible}", way.obstacle)


def ways(channels: tuple[str, ...]) -> str | None:
    return "/".join(channels) or None


def line(*parts: Any) -> str:
    return ", ".join(str(part) for part in parts if part)


FACTS: Mapping[str, Callable[[Procedure], Iterator[str]]] = {
    "name": lambda one: iter((one.name,)),
    "fee": lambda one: map(fee_line, one.fees),
    "papers": paper_lines,
    "time": lambda one: map(time_line, one.durations),
    "post": lambda one: iter((post_line("send", one.postal.send), post_line("back", one.postal.back))),
    "levels": lambda one: iter(one.levels),
}
