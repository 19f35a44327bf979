"""Which province is named, of today or of before 1/7/2025: a light reading, for whoever needs no commune."""

import re
from collections.abc import Mapping
from functools import cached_property

from knowledge.places.book import kind_and_name, rows
from knowledge.text import accented, fold, has_marks

MORE = {"79": ("sài gòn", "tp hcm", "tphcm")}  # what everybody calls it; codes of data/places/provinces.tsv
# Without marks a name may be anything ("dien bien", "hue"): only behind one of these it is a province.
BEFORE = r"(?:tinh|tp|thanh pho|o|tai|que|ben|duoi|tren|ubnd|in)"
# Beside the name these say nothing more.
AROUND = frozenset({
    "tinh", "tp", "thanh", "pho", "o", "tai", "que", "ben", "duoi", "tren", "in",
    "em", "toi", "minh", "tui", "con", "chau", "anh", "chi", "nha", "da", "vang", "a", "nhe",
})  # fmt: skip


class Provinces:
    """Names of today's provinces by code, and which of them a text names."""

    @cached_property
    def names(self) -> Mapping[str, str]:
        return {row[0]: row[1] for row in rows("provinces", 2)}

    def named(self, text: str) -> str | None:
        """The code of the one province of today that is named; None when there is none, or there are several.

        >>> provinces = Provinces()
        >>> [provinces.named(said) for said in ("khai sinh ở Lạng Sơn", "khai sinh o lang son", "lang son")]
        ['20', '20', None]
        >>> provinces.named("UBND tỉnh Bắc Giang") == provinces.named("ở Bắc Ninh")
        True
        """
        if has_marks(text):
            found = {self._accented[name] for name in self._pattern.findall(accented(text))}
        else:
            found = {self._folded[name] for name in self._unmarked_pattern.findall(fold(text))}
        return found.pop() if len(found) == 1 else None

    def is_all(self, text: str) -> bool:
        """Whether it says nothing but in which province.

        >>> [Provinces().is_all(said) for said in ("em ở tỉnh Lạng Sơn ạ", "o lang son", "xét giải Hồ Chí Minh")]
        [True, True, False]
        """
        if not self.named(text):
            return False
        left = (
            self._pattern.sub(" ", accented(text)) if has_marks(text) else self._unmarked_pattern.sub(" ", fold(text))
        )
        return AROUND.issuperset(fold(left).split())

    @cached_property
    def _accented(self) -> Mapping[str, str]:
        ways = {bare(name): code for code, name in self.names.items()}
        ways |= {bare(name): now for _, name, now in rows("old_provinces", 3)}
        ways |= {name: code for code, names in MORE.items() for name in names}
        return {accented(way): code for way, code in ways.items()}

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        return {fold(way): code for way, code in self._accented.items()}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\S)({'|'.join(map(re.escape, self._accented))})(?!\S)")

    @cached_property
    def _unmarked_pattern(self) -> re.Pattern[str]:
        return re.compile(rf"\b{BEFORE} (?:tinh |tp |thanh pho )?({'|'.join(self._folded)})\b")


def bare(full: str) -> str:
    return kind_and_name(full)[1]
