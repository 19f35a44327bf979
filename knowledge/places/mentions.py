"""Where in a message names of places stand, exactly or with a slip of the finger, with or without the word for what."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.places.book import PlaceBook, Unit, accented_words
from knowledge.places.words import Level, Marker, PlaceWords, Token, is_marked, is_written_as

LONG = 10  # letters of a name from which two slips are taken for one, when the province is known
SHORTEST = 4  # letters of a name that can be mended when the province is known
SHORTEST_ANYWHERE = 7  # … when it is not
SHORTEST_RESPACED = 5  # letters of a name that may be written with other spaces
SHORTEST_PART, LONGEST_PART = 6, 24  # letters of a name that stands between commas without a marker
MOST_SLIPS = 8  # names that are equally near
MOST_PROVINCES = 3  # in which a slip is looked for
MOST: dict[Level, int] = {"commune": 8, "district": 4, "province": 4}  # names that are weighed


@dataclass(frozen=True)
class Mention:
    level: Level
    start: int  # the first token, the marker included
    name: int  # the first token of the name
    end: int
    units: tuple[Unit, ...]
    kind: str | None = None  # what its marker says it is
    short: bool = False  # the marker is a short form, or the name only initials
    slip: bool = False

    @property
    def length(self) -> int:
        return self.end - self.name

    @cached_property
    def owns(self) -> frozenset[str]:
        return frozenset(unit.own for unit in self.units)

    def overlaps(self, other: "Mention") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Choice:
    """Mentions that fit together; `units` are what the smallest of them can mean."""

    mentions: tuple[Mention, ...]  # smallest unit first
    units: tuple[Unit, ...]
    clash: bool = False  # the commune is not in the district it is said to be in
    disbelieved: tuple[Mention, ...] = ()  # of place, but not to be believed beside the others

    def of(self, level: str) -> Mention | None:
        return next((mention for mention in self.mentions if mention.level == level), None)

    def covers(self, index: int) -> bool:
        return any(m.start <= index < m.end for m in (*self.mentions, *self.disbelieved))


@dataclass(frozen=True)
class Finder:
    book: PlaceBook
    words: PlaceWords

    def find(self, tokens: Sequence[Token], home: str | None) -> list[Mention]:
        """All that could be meant, the likely ones of each level first and no more than `MOST`."""
        markers = [(i, marker) for i in range(len(tokens)) for marker in self.words.markers_at(tokens, i)]
        exact = [mention for i, marker in markers for mention in self._named(tokens, i, marker)]
        behind = {mention.end for mention in exact}
        for start in range(len(tokens)):
            bare = list(self._bare(tokens, start, start in behind))
            behind |= {mention.end for mention in bare}
            exact += bare
        larger = [mention for mention in exact if mention.level != "commune"]
        larger += self._slips_of_larger(tokens, markers, exact)
        communes = [mention for mention in exact if mention.level == "commune"]
        communes += self._slips_of_communes(tokens, markers, communes, larger, home)
        return [mention for level in MOST for mention in likely([*communes, *larger], level)]

    def _named(self, tokens: Sequence[Token], start: int, marker: Marker) -> Iterator[Mention]:
        """Names behind a marker; behind a short form only with their spaces: "h oa" is no "hoà"."""
        name = start + marker.length
        for end in self._ends(tokens, name) if is_joined(tokens, name) else ():
            words = [token.word for token in tokens[name:end]]
            units = [u for u in self.book.find(words, marker.level) if len(words) > 1 or is_meant(tokens[name:end], u)]
            if units and (" ".join(words) in self.book.spaced or (not marker.short and is_long(words))):
                yield Mention(marker.level, start, name, end, tuple(units), marker.kind, marker.short)

    def _bare(self, tokens: Sequence[Token], name: int, behind_another: bool) -> Iterator[Mention]:
        """Names without a marker, unless a street or a person is called so ("xã Kim Quan Thạch Thất": no quán)."""
        is_of_street = not behind_another and self.words.no_commune_after.ends_before(tokens, name)
        if tokens[name].word.isdecimal() or is_of_street or self.words.street_itself.length_at(tokens, name):
            return
        for end in self._ends(tokens, name):
            words = [token.word for token in tokens[name:end]]
            if " ".join(words) not in self.book.spaced:
                continue
            marked = any(is_marked(token.said) for token in tokens[name:end])
            for level in MOST:
                units = [u for u in self.book.find(words, level) if not marked or is_meant(tokens[name:end], u)]
                if units:
                    short = len("".join(words)) < 5 and all(unit.by_other_name for unit in units)
                    yield Mention(level, name, name, end, tuple(units), short=short)

    def _ends(self, tokens: Sequence[Token], name: int) -> range:
        """Where a name that begins here may end, the longest first."""
        last = name
        while last < min(len(tokens), name + self.book.longest) and (last == name or not tokens[last].gap):
            last += 1
        return range(last, name, -1)

    def _slips_of_larger(
        self, tokens: Sequence[Token], markers: Iterable[tuple[int, Marker]], exact: Iterable[Mention]
    ) -> Iterator[Mention]:
        known = {mention.start for mention in exact}
        for start, marker in markers:
            if marker.level != "commune" and not marker.short and start not in known:
                yield from self._slip(tokens, start, marker, frozenset())

    def _slips_of_communes(
        self,
        tokens: Sequence[Token],
        markers: Iterable[tuple[int, Marker]],
        exact: Sequence[Mention],
        larger: Sequence[Mention],
        home: str | None,
    ) -> Iterator[Mention]:
        """In the provinces that are spoken of or else in the citizen's, unless a commune of theirs is named."""
        spoken = [m for m in larger if m.kind is not None or not m.short]
        best = [m for m in spoken if m.level == "province"] or spoken
        provinces = frozenset(p for mention in best for unit in mention.units for p in unit.provinces)
        provinces = provinces or frozenset({home} if home else ())
        if len(provinces) > MOST_PROVINCES:
            return
        inside = [m for m in exact if not provinces or any(u.provinces & provinces for u in m.units)]
        begun = {m.start for m in larger}
        known = {m.start for m in inside if m.end in begun or m.end == len(tokens) or tokens[m.end].parted}
        marked = [(start, marker) for start, marker in markers if marker.level == "commune" and start not in known]
        for start, marker in marked[-2:]:
            if provinces or (not marker.short and is_capital(tokens, start + marker.length)):
                yield from self._slip(tokens, start, marker, provinces)
        if not any(mention.kind for mention in exact):
            for place in spoken:
                yield from self._slip_of_part(tokens, place, provinces)

    def _slip_of_part(self, tokens: Sequence[Token], place: Mention, provinces: frozenset[str]) -> Iterator[Mention]:
        """ "12 Trần Phú, Đông Kihn, Lạng Sơn": a whole part between commas, before a larger place."""
        start = next((i for i in range(place.start - 1, 0, -1) if tokens[i].parted), 0)
        words = "".join(token.word for token in tokens[start : place.start])
        if not start or not tokens[place.start].parted or not SHORTEST_PART <= len(words) <= LONGEST_PART:
            return
        if self.words.opens_address_at(tokens, start, place.start) or self.words.talk.length_at(tokens, start):
            return
        for slip in self._slip(tokens, start, Marker("commune", "", 0, False), provinces):
            if slip.end == place.start:
                yield replace(slip, kind=None)

    def _slip(
        self, tokens: Sequence[Token], start: int, marker: Marker, provinces: frozenset[str]
    ) -> Iterator[Mention]:
        """The nearest of the known names; of equally near ones all."""
        name = start + marker.length
        if marker.length and not is_joined(tokens, name):
            return
        near = [
            (slips, -end, key)
            for end in self._ends(tokens, name)
            for slips, key in self._near(tokens[name:end], marker, provinces)
        ]
        if near:
            slips, end, _ = min(near)
            keys = [key for *nearness, key in near if nearness == [slips, end]]
            units = tuple(unit for key in keys for unit in self.book.units[key] if unit.level == marker.level)
            yield Mention(marker.level, start, name, -end, units, marker.kind, marker.short, slip=True)

    def _near(self, run: Sequence[Token], marker: Marker, provinces: frozenset[str]) -> list[tuple[int, str]]:
        """Known names a slip or two away, with the count of slips."""
        written = "".join(token.word for token in run)
        if len(written) < (SHORTEST if provinces else SHORTEST_ANYWHERE) or any(t.word.isdecimal() for t in run):
            return []
        allowed = 2 if provinces and len(written) >= LONG else 1
        found: dict[str, int] = {}
        for part in sorted(provinces) or written[0]:
            names = list(self.book.keys(marker.level, part))
            near = process.extract(written, names, scorer=OSA.distance, score_cutoff=allowed, limit=MOST_SLIPS)
            found |= {key: int(slips) for key, slips, _ in near}
        return [(slips, key) for key, slips in found.items() if slips]


def is_joined(tokens: Sequence[Token], name: int) -> bool:
    """Whether a name follows its marker at once: in "xã, Tân Lập" none does."""
    return name < len(tokens) and not tokens[name].gap


def is_long(words: Sequence[str]) -> bool:
    """Whether a name may be written with other spaces: "Ea Kar" as "Eakar", but not "Chư Á" as "chưa"."""
    return len("".join(words)) >= SHORTEST_RESPACED


def is_capital(tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and tokens[index].said[:1].isupper()


def is_meant(run: Sequence[Token], unit: Unit) -> bool:
    """Without a marker, marks must be right: "cấp bằng" is no Cao Bằng."""
    name = accented_words(unit.name)
    return len(name) != len(run) or is_written_as(run, name)


def likely(mentions: Iterable[Mention], level: Level) -> list[Mention]:
    """Marked before bare, long before short, late before early: the place stands at the end."""
    found = [mention for mention in mentions if mention.level == level]
    found.sort(key=lambda m: (m.slip, m.kind is None, m.short, -m.length, -m.start))
    if len(found) > MOST[level]:  # what is said again and again is said once
        found = list({(mention.owns, mention.kind is None): mention for mention in reversed(found)}.values())[::-1]
    return found[: MOST[level]]
