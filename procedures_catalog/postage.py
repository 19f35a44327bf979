"""What the public post charges and how long it takes, as dated data (data/postage/).

One file a fact. The part of its name before the first "-" says what it is; the rest is for people.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from procedures_catalog.files import CatalogueError, check, parse
from procedures_catalog.models import Level, Source
from procedures_catalog.tariff import Dated, Exemptions, Forwarding, Limits, Reach, Scopes, Tariff, UsualWeight

BUNDLED = Path(__file__).parent / "data" / "postage"
KINDS: Mapping[str, type[BaseModel]] = {
    "tariff": Tariff,
    "forwarding": Forwarding,
    "limits": Limits,
    "scopes": Scopes,
    "exemptions": Exemptions,
    "weight": UsualWeight,
}

Item = TypeVar("Item", bound=BaseModel)
InForce = TypeVar("InForce", bound=Dated)


@dataclass(frozen=True)
class Exemption:
    """A group that pays less postage. `percent` is taken off."""

    key: str
    percent: int
    label_vi: str
    label_en: str
    source: Source


@dataclass(frozen=True)
class Tariffs:
    """Each dated fact in the order of its days, no two of a kind in force on one day.

    What has ended without a successor is still told as the last that is known: see `Dated.covers`.
    The methods raise LookupError for a day before the first.
    """

    tariffs: tuple[Tariff, ...]
    forwardings: tuple[Forwarding, ...]
    limits: tuple[Limits, ...]
    scopes: tuple[Scopes, ...]
    exempted: Exemptions
    usual_weight: UsualWeight

    def tariff_on(self, day: date) -> Tariff:
        return last_begun(self.tariffs, day)

    def forwarding_on(self, day: date) -> Forwarding:
        return last_begun(self.forwardings, day)

    def limits_on(self, day: date) -> Limits:
        return last_begun(self.limits, day)

    def reach(self, level: Level, day: date, same_province: bool | None = None) -> Reach:
        """`same_province`: whether citizen and agency are of one; None: not known, then as is usual for the level."""
        return last_begun(self.scopes, day).reach(level, same_province)

    @cached_property
    def exemptions(self) -> Mapping[str, Exemption]:
        source = self.exempted.source
        return {
            group.key: Exemption(group.key, group.percent, group.label.vi, group.label.en, source)
            for group in self.exempted.groups
        }


def last_begun(facts: Sequence[InForce], day: date) -> InForce:
    begun = [fact for fact in facts if fact.valid_from <= day]
    if not begun:
        raise LookupError(f"nothing known of the post as early as {day}")
    return begun[-1]


def load_tariffs(folder: Path = BUNDLED) -> Tariffs:
    """Raises CatalogueError naming every fault of the files; once they can be read, every fault between them."""
    if not folder.is_dir():
        raise CatalogueError([f"{folder}: no such folder"])
    facts, faults = read_facts(folder)
    if faults := faults or [*kinds_missing_or_twice(folder, facts), *overlaps(facts)]:
        raise CatalogueError(faults)
    return Tariffs(
        tariffs=in_order(facts, Tariff),
        forwardings=in_order(facts, Forwarding),
        limits=in_order(facts, Limits),
        scopes=in_order(facts, Scopes),
        exempted=of_kind(facts, Exemptions)[0],
        usual_weight=of_kind(facts, UsualWeight)[0],
    )


def read_facts(folder: Path) -> tuple[Mapping[Path, BaseModel], list[str]]:
    facts: dict[Path, BaseModel] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            facts[path] = read_fact(path)
        except CatalogueError as error:
            faults += error.faults
    return facts, faults


def read_fact(path: Path) -> BaseModel:
    model = KINDS.get(path.stem.split("-")[0])
    if model is None:
        raise CatalogueError([f"{path}:1: file: the name begins with none of {', '.join(KINDS)}"])
    return check(path, *parse(path), model)


def kinds_missing_or_twice(folder: Path, facts: Mapping[Path, BaseModel]) -> Iterator[str]:
    for kind, model in KINDS.items():
        files = [path for path, fact in facts.items() if isinstance(fact, model)]
        if not files:
            yield f"{folder}: no {kind} file"
        if len(files) > 1 and not issubclass(model, Dated):
            yield f"{files[1]}:1: file: stands beside {files[0].name}; of this kind there is one"


def overlaps(facts: Mapping[Path, BaseModel]) -> Iterator[str]:
    """Two prices for one day are no price."""
    for model in KINDS.values():
        dated = [(path, fact) for path, fact in facts.items() if type(fact) is model and isinstance(fact, Dated)]
        for (earlier, one), (later, other) in pairwise(sorted(dated, key=lambda item: item[1].valid_from)):
            if one.covers(other.valid_from):
                yield f"{earlier}:1: valid_until: still in force on {other.valid_from}, when {later.name} begins"


def of_kind(facts: Mapping[Path, BaseModel], model: type[Item]) -> tuple[Item, ...]:
    return tuple(fact for fact in facts.values() if isinstance(fact, model))


def in_order(facts: Mapping[Path, BaseModel], model: type[InForce]) -> tuple[InForce, ...]:
    return tuple(sorted(of_kind(facts, model), key=lambda fact: fact.valid_from))
