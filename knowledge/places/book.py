"""Every province and commune there is, and every province, district and commune there was before 1/7/2025, by name."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from knowledge.datafile import HERE
from knowledge.places.words import LETTERS_OR_DIGITS, Level, PlaceWords, word_of
from knowledge.text import accented

KIND = re.compile("(thành phố|thị trấn|thị xã|đặc khu|phường|huyện|quận|tỉnh|xã) (.+)")


@dataclass(frozen=True)
class Province:
    """A province of today: "20", "tỉnh Lạng Sơn"."""

    code: str
    name: str


@dataclass(frozen=True)
class Commune:
    """A commune of today: "05977", "phường Đông Kinh"."""

    code: str
    name: str
    province: Province

    @property
    def full(self) -> str:
        return f"{self.name}, {self.province.name}"


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One thing a name can mean, of today or of old."""

    level: Level
    kind: str
    name: str  # without its kind
    own: str
    within: frozenset[str]  # the larger units it is or was in, by their `own`
    communes: tuple[str, ...]  # what it is today; of a province none
    provinces: frozenset[str]  # where that is
    said: str | None = None  # how to say it, when it is no more
    by_other_name: bool = False

    def is_in(self, larger: Collection[str]) -> bool:
        """Of the larger units' `own`."""
        return not self.within.isdisjoint(larger)


@dataclass
class PlaceBook:
    """Units by key: the folded name without spaces, as people leave them out (ĐắkLắk, EaBar)."""

    words: PlaceWords
    provinces: dict[str, Province] = field(default_factory=dict)
    communes: dict[str, Commune] = field(default_factory=dict)
    units: dict[str, list[Unit]] = field(default_factory=lambda: defaultdict(list))
    spaced: set[str] = field(default_factory=set)  # the names with their spaces
    initials: set[str] = field(default_factory=set)  # keys that are only the first letters of a province
    longest: int = 1  # words of a name

    _keys: dict[tuple[Level, str], dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        self._words_of = cache(self._spelt)

    def find(self, words: Sequence[str], level: Level) -> list[Unit]:
        return [unit for unit in self.units.get("".join(words), ()) if unit.level == level]

    def add(self, unit: Unit) -> None:
        key, spaced = self._words_of(unit.name)
        self.units[key].append(unit)
        self.spaced.add(spaced)
        if not key.isdecimal():  # numbers have no slips
            for part in (key[0], *unit.provinces):
                self._keys[unit.level, part][key] = None

    def _spelt(self, name: str) -> tuple[str, str]:
        words = words_of(name)
        self.longest = max(self.longest, len(words))
        return "".join(words), " ".join(words)

    def keys(self, level: Level, part: str) -> Iterable[str]:
        """The names of a level in a province, by its code, or with a first letter."""
        return self._keys.get((level, part), {})


def load_book(words: PlaceWords) -> PlaceBook:
    """From data/places/*.tsv; an old unit is put into the new ones that it is in today."""
    book = PlaceBook(words)
    book.provinces = {code: Province(code, name) for code, name in rows("provinces", 2)}
    book.communes = {code: Commune(code, name, book.provinces[home]) for code, name, home in rows("communes", 3)}
    old_provinces = {code: (name, now) for code, name, now in rows("old_provinces", 3)}
    districts, communes = list(rows("old_districts", 5)), list(rows("old_communes", 5))
    add_provinces(book, old_provinces)
    around = add_districts(book, old_provinces, districts, became=parts_of(communes))
    add_communes(book, around, districts, communes)
    add_old_communes(book, around, districts, communes)
    return book


def parts_of(communes: Iterable[Sequence[str]]) -> dict[str, list[str]]:
    """What the communes of each old district became."""
    became: dict[str, dict[str, None]] = defaultdict(dict)
    for _, _, district, codes, _ in communes:
        became[district] |= dict.fromkeys(codes.split(","))
    return {district: list(codes) for district, codes in became.items()}


def add_provinces(book: PlaceBook, old: dict[str, tuple[str, str]]) -> None:
    today = {kind_and_name(province.name)[1] for province in book.provinces.values()}
    units = [unit for code, p in book.provinces.items() for unit in province_units(book, f"now {code}", p.name, code)]
    for code, (full, now) in old.items():
        gone = full if kind_and_name(full)[1] not in today else None
        units += province_units(book, f"old {code}", full, now, gone)
    for unit in units:
        book.add(unit)
    add_initials(book, [unit for unit in units if not unit.by_other_name])


def province_units(book: PlaceBook, own: str, full: str, now: str, gone: str | None = None) -> Iterator[Unit]:
    kind, name = kind_and_name(full)
    within = frozenset({f"now {now}"} - {own})
    for said in (name, *book.words.short.provinces.get(full, ())):
        yield Unit("province", kind, said, own, within, (), frozenset({now}), gone, said != name)


def add_initials(book: PlaceBook, provinces: Iterable[Unit]) -> None:
    """ "ls" for Lạng Sơn: of use right behind a commune of that province only."""
    letters = {unit: "".join(word[0] for word in words_of(unit.name)) for unit in provinces}
    book.initials = {key for key in letters.values() if len(key) > 1 and key not in book.units}
    for unit, key in letters.items():
        if key in book.initials:
            book.add(Unit("province", unit.kind, key, unit.own, unit.within, (), unit.provinces, unit.said, True))


def add_districts(
    book: PlaceBook,
    provinces: dict[str, tuple[str, str]],
    districts: Iterable[Sequence[str]],
    became: dict[str, list[str]],
) -> dict[str, frozenset[str]]:
    """The larger units around whatever lies in each district."""
    other_names = {(other.name, other.province): other.also for other in book.words.short.districts}
    around: dict[str, frozenset[str]] = {}
    for code, full, home, island, others in districts:
        province, now = provinces[home]
        within, communes = frozenset({f"old {home}", f"now {now}"}), tuple(became.get(code, [island]))
        around[code] = within | {f"district {code}"}
        by_hand = other_names.get((full, province), ())
        for name in (full, *filter(None, others.split(";")), *by_hand):
            kind, bare = kind_and_name(name)
            home_now = frozenset({now})
            book.add(Unit("district", kind, bare, f"district {code}", within, communes, home_now, full, name != full))
    return around


def add_communes(
    book: PlaceBook,
    around: dict[str, frozenset[str]],
    districts: Iterable[Sequence[str]],
    old: Iterable[Sequence[str]],
) -> None:
    """A commune of today is also in the old districts and provinces that it has parts of."""
    within: dict[str, set[str]] = defaultdict(set)
    for _, _, district, became, _ in old:
        for code in became.split(","):
            within[code] |= around[district]
    for district, _, _, island, _ in districts:
        within[island] |= around[district]
    for code, commune in book.communes.items():
        kind, name = kind_and_name(commune.name)
        home = commune.province.code
        larger = frozenset({*within[code], f"now {home}"})
        book.add(Unit("commune", kind, name, f"now {code}", larger, (code,), frozenset({home})))


def add_old_communes(
    book: PlaceBook,
    around: dict[str, frozenset[str]],
    districts: Iterable[Sequence[str]],
    communes: Iterable[Sequence[str]],
) -> None:
    names = {code: full for code, full, *_ in districts}
    homes = {code: frozenset({commune.province.code}) for code, commune in book.communes.items()}
    for code, full, district, became, others in communes:
        codes = tuple(became.split(","))
        home = homes[codes[0]]  # no old commune was parted between provinces: tests/test_places.py
        own, within, said = f"old {district} {code}", around[district], f"{full}, {names[district]}"
        kind, name = kind_and_name(full)
        book.add(Unit("commune", kind, name, own, within, codes, home, said))
        for other in others.split(";") if others else ():
            kind, name = kind_and_name(other)
            book.add(Unit("commune", kind, name, own, within, codes, home, said, True))


def rows(name: str, columns: int) -> Iterator[list[str]]:
    """The lines of a table, empty last columns filled up."""
    for line in (HERE / "places" / f"{name}.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            cells = line.split("\t")
            yield cells + [""] * (columns - len(cells)) if len(cells) < columns else cells


def kind_and_name(full: str) -> tuple[str, str]:
    """
    >>> kind_and_name("thị trấn Đồng Đăng"), kind_and_name("bmt")
    (('thị trấn', 'Đồng Đăng'), ('', 'bmt'))
    """
    match = KIND.fullmatch(full)
    return (match[1], match[2]) if match else ("", full)


def words_of(name: str) -> list[str]:
    return [word for said in LETTERS_OR_DIGITS.findall(name) if (word := word_of(said))]


@lru_cache(maxsize=20_000)
def accented_words(name: str) -> tuple[str, ...]:
    return tuple(accented(said) for said in LETTERS_OR_DIGITS.findall(name))
