"""Which of the names found in a message are the place meant: those that stand where a place stands and fit together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from knowledge.places.book import Unit, accented_words
from knowledge.places.mentions import Choice, Mention
from knowledge.places.standing import Standing
from knowledge.places.words import Token, is_marked, is_written_as
from knowledge.text import tone_last

# How much a name weighs: tests/places/samples.yaml holds these.
MARKED = {"commune": 10.0, "district": 6.0, "province": 6.5}
BARE = {"commune": 5.0, "district": 3.0, "province": 4.0}
BY_OTHER_NAME = 2.5  # a province: "vũng tàu" is rather the old city when a commune of it stands before
SLIP = 2.0
KIND_FITS = 1.0
EACH_WORD = 0.4
SMALL_BEFORE_LARGE = 1.0
NEXT_TO_EACH_OTHER = 2.0
WRONG_DISTRICT = 4.0


@dataclass(frozen=True)
class Chooser:
    """For one message."""

    mentions: Sequence[Mention]
    standing: Standing

    def best(self) -> Choice | None:
        """The heaviest choice; of equal ones the one that comes first."""
        heaviest_first = sorted(self._fitting(), key=self._weight, reverse=True)
        best = next((choice for choice in heaviest_first if self.standing.stands(choice)), None)
        if best and (province := self._contradicted(best)):
            return Choice((province,), province.units, disbelieved=best.mentions)
        return best

    def _fitting(self) -> Iterator[Choice]:
        communes, districts, provinces = (
            [None, *(m for m in self.mentions if m.level == level)] for level in ("commune", "district", "province")
        )
        for district, province in product(districts, provinces):
            if district and province and district.overlaps(province):
                continue
            larger = fitting_districts(district, province) if district else ()
            if district and not larger:
                continue
            if district or province:
                yield self._without_commune(district, province, larger)
            for commune in communes:
                if commune and not any(m and commune.overlaps(m) for m in (district, province)):
                    yield from self._with_commune(commune, district, province, larger)

    def _without_commune(self, district: Mention | None, province: Mention | None, larger: tuple[Unit, ...]) -> Choice:
        return Choice(tuple(m for m in (district, province) if m), larger or (province.units if province else ()))

    def _with_commune(
        self, commune: Mention, district: Mention | None, province: Mention | None, larger: tuple[Unit, ...]
    ) -> Iterator[Choice]:
        units = tuple(u for u in commune.units if not province or u.is_in(province.owns))
        mentions = tuple(m for m in (commune, district, province) if m)
        if not district:
            if units:
                yield Choice(mentions, units)
            return
        owns = {unit.own for unit in larger}
        homes = {home for unit in larger for home in unit.provinces}
        if inside := tuple(u for u in units if u.is_in(owns)):
            yield Choice(mentions, inside)
        elif district.kind and (near := tuple(u for u in units if not u.provinces.isdisjoint(homes))):
            yield Choice(mentions, near, clash=True)

    def _weight(self, choice: Choice) -> float:
        weight = -WRONG_DISTRICT if choice.clash else 0.0
        for mention in choice.mentions:
            weight += (MARKED if mention.kind is not None else BARE)[mention.level] + EACH_WORD * mention.length
            weight -= SLIP if mention.slip else 0
            if mention.level == "province" and mention.kind is None and all(u.by_other_name for u in mention.units):
                weight += BY_OTHER_NAME - BARE["province"]
            units = choice.units if mention is choice.mentions[0] else mention.units
            weight += KIND_FITS if any(unit.kind == mention.kind for unit in units) else 0
        for smaller, larger in pairwise(choice.mentions):
            weight += SMALL_BEFORE_LARGE if smaller.start < larger.start else 0
            weight += NEXT_TO_EACH_OTHER if self.standing.are_neighbours(smaller, larger) else 0
        return weight

    def _contradicted(self, choice: Choice) -> Mention | None:
        """ "phường Minh Khai, Lạng Sơn", and there is none: the province that stands right behind is believed."""
        commune = choice.of("commune")
        if not commune or choice.of("province") or (choice.of("district") and not choice.clash):
            return None
        behind = [m for m in self.mentions if m.level == "province" and not m.short and m.start == commune.end]
        return next((m for m in behind if self.standing.province_stands(m, Choice((commune, m), ()))), None)


def fitting_districts(district: Mention, province: Mention | None) -> tuple[Unit, ...]:
    """Those in the province, of the kind they are said to be if there are such: there were two Cao Lãnh."""
    units = [u for u in district.units if not province or u.is_in(province.owns)]
    return tuple(u for u in units if u.kind == district.kind) or tuple(units)


def meant(choice: Choice, tokens: Sequence[Token], home: str | None) -> tuple[list[Unit], list[Unit]]:
    """What the smallest mention means, and what else it might: nearest in marks, kind and time first."""
    mention = choice.mentions[0]
    units = choice.units
    if len(choice.mentions) == 1 and home and mention.level != "province":
        units = tuple(u for u in units if home in u.provinces) or units
    ranks = {unit: rank(unit, choice, tokens, bool(home)) for unit in units}
    best = min(ranks.values())
    return [u for u in units if ranks[u] == best], [u for u in units if ranks[u] != best and ranks[u][:3] == best[:3]]


def rank(unit: Unit, choice: Choice, tokens: Sequence[Token], at_home: bool) -> tuple[bool, int, bool, bool]:
    kind = choice.mentions[0].kind
    other_kind = bool(kind) and unit.kind != kind
    return unit.by_other_name, other_marks(unit, choice, tokens), other_kind, is_of_other_time(unit, choice, at_home)


def other_marks(unit: Unit, choice: Choice, tokens: Sequence[Token]) -> int:
    """0: written so, as far as the writer uses marks at all; 1: some words may lack theirs; 2: others."""
    mention = choice.mentions[0]
    run, name = tokens[mention.name : mention.end], accented_words(unit.name)
    if len(name) != len(run):
        return 0
    if not is_written_as(run, name):
        return 2
    marked = any(is_marked(token.said) for token in tokens)
    return int(marked and any(tone_last(t.said.lower()) != word for t, word in zip(run, name, strict=True)))


def is_of_other_time(unit: Unit, choice: Choice, at_home: bool) -> bool:
    """An old district makes the whole address an old one, a province of today a new one; without either it is open."""
    province = choice.of("province")
    if choice.of("district"):
        return unit.said is None
    if province and all(p.said for p in province.units):
        return unit.said is None
    return unit.said is not None and bool(province or at_home)
