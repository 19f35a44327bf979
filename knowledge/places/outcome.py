"""What a choice of names comes to: the communes of today, the old name that was used, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.places.book import Commune, PlaceBook, Province, Unit
from knowledge.places.choice import meant
from knowledge.places.mentions import Choice, Mention, is_capital
from knowledge.places.standing import Standing


@dataclass(frozen=True)
class Outcome:
    book: PlaceBook
    choice: Choice
    standing: Standing

    @property
    def communes(self) -> tuple[Commune, ...]:
        """Those called as it was said first."""
        found = map(self.book.communes.__getitem__, self._codes)
        return tuple(sorted(found, key=lambda commune: not self._is_called_so(commune)))

    @property
    def province(self) -> Province | None:
        named = self.choice.of("province")
        units = self._units or (named or self._smallest).units
        codes = {home for unit in units for home in unit.provinces}
        return self.book.provinces[codes.pop()] if len(codes) == 1 else None

    @property
    def said(self) -> str | None:
        """The old name that was used; of several none."""
        names = {unit.said for unit in self._units} - {None}
        if names:
            return names.pop() if len(self._units) == 1 else None
        larger = [mention for level in ("district", "province") if (mention := self.choice.of(level))]
        gone = [{unit.said for unit in mention.units} for mention in larger]
        return next((name for (name, *more) in gone if name and not more), None)

    @property
    def is_sure(self) -> bool:
        """Whether the names are written as they are, of the kind they are said to be, whole, and have no namesakes."""
        guessed = self.choice.clash or any(m.slip or self.standing.is_initials(m) for m in self.choice.mentions)
        if guessed or self._rivals:
            return False
        smallest = self._smallest
        if smallest.level == "province":
            return not any(is_elsewhere(other, smallest) for other in self.standing.mentions)
        of_its_kind = not smallest.kind or any(unit.kind == smallest.kind for unit in self._units)
        return of_its_kind and self._is_whole_name(smallest) and self._is_located

    @property
    def _smallest(self) -> Mention:
        return self.choice.mentions[0]

    @cached_property
    def _meant(self) -> tuple[list[Unit], list[Unit]]:
        units, others = meant(self.choice, self.standing.tokens, self.standing.home)
        if self._smallest.level == "district" and len({unit.own for unit in units}) > 1:
            return [], units  # "huyện Châu Thành": there were ten
        return units, others

    @property
    def _units(self) -> Sequence[Unit]:
        return self._meant[0]

    @property
    def _rivals(self) -> list[Unit]:
        """What else of that name lies elsewhere."""
        return [unit for unit in self._meant[1] if not set(unit.communes) <= set(self._codes)]

    @cached_property
    def _codes(self) -> tuple[str, ...]:
        codes = dict.fromkeys(code for unit in self._units for code in unit.communes)
        codes |= dict.fromkeys(code for unit in self._districts_called_so for code in unit.communes)
        return tuple(codes)

    @property
    def _districts_called_so(self) -> list[Unit]:
        """ "Sa Pa" may be the ward of today or all that was the old town."""
        smallest = self._smallest
        if smallest.level != "commune" or smallest.kind is not None or self.choice.of("district"):
            return []
        provinces = {home for unit in self._units for home in unit.provinces}
        place = ("district", smallest.name, smallest.end)
        same = [m for m in self.standing.mentions if (m.level, m.name, m.end) == place]
        return [unit for mention in same for unit in mention.units if unit.provinces & provinces]

    @property
    def _is_located(self) -> bool:
        """Whether the province is told or known, or the one commune of that name is written like a name."""
        if len(self._codes) != 1 or len(self.choice.mentions) > 1:
            return len(self._codes) == 1
        if self.standing.home:
            return self.book.communes[self._codes[0]].province.code == self.standing.home
        return is_capital(self.standing.tokens, self._smallest.name)

    def _is_whole_name(self, mention: Mention) -> bool:
        """Whether nothing is left behind it that may belong to it: "xã Bác Ái Đôgn"."""
        return self.choice.covers(mention.end) or self.standing.may_end(mention.end)

    def _is_called_so(self, commune: Commune) -> bool:
        return any(commune.name.endswith(f" {unit.name}") for unit in self._units)


def is_elsewhere(other: Mention, province: Mention) -> bool:
    """Another province in the same message: "từ Sài Gòn về Cà Mau"."""
    if other.level != "province" or other.short or other.overlaps(province):
        return False
    return not any(one.provinces & two.provinces for one in other.units for two in province.units)
