"""Communes and provinces of today in MyVNPost's own codes, found by their names.

Known: GET /getNewProvinceAll gives [{provinceCode, provinceName}], GET /getNewCommuneAll [{communeCode, communeName,
provinceCode}], the province now and then under districtCode. Its province codes are not the State's (Hà Nội: 10, not
01); whether its commune codes are is not known, so names decide. Assumed: names with or without their kind in front.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.services.post.gateway import PostError
from bot.services.post.myvnpost_account import Connection
from bot.services.post.myvnpost_answers import content_of, first, text_of
from knowledge.places.book import PlaceBook
from knowledge.text import accented, fold

KIND = re.compile(r"^(thành phố|tp|tỉnh|đặc khu|đk|phường|p|xã|x)\b[.\s]*", re.IGNORECASE)
SHORT = {"tp": "thành phố", "đk": "đặc khu", "p": "phường", "x": "xã"}


@dataclass(frozen=True)
class Area:
    """`commune` None: an agency of the whole province."""

    province: str
    province_name: str
    commune: str | None = None
    commune_name: str | None = None


Known = Mapping[tuple[str, ...], str | None]  # None: several of that name


class Areas:
    """The post's lists are asked for once, when the first order needs them."""

    def __init__(self, connection: Connection, book: PlaceBook) -> None:
        self._connection, self._book = connection, book
        self._lists: tuple[Known, Known] | None = None
        self._asking = asyncio.Lock()

    async def of(self, commune: str | None, province: str) -> Area:
        """By the State's codes. Raises PostError; not retryable when the post does not know the place."""
        provinces, communes = await self._known()
        home = self._book.communes[commune].province if commune else self._book.provinces[province]
        code = found(provinces, (), home.name)
        if not commune:
            return Area(code, home.name)
        name = self._book.communes[commune].name
        return Area(code, home.name, found(communes, (code,), name), name)

    async def _known(self) -> tuple[Known, Known]:
        async with self._asking:
            if self._lists is None:
                provinces = rows_of(content_of(await self._connection.get("/getNewProvinceAll")))
                communes = rows_of(content_of(await self._connection.get("/getNewCommuneAll")))
                self._lists = known_of(named(provinces, "province")), known_of(named(communes, "commune"))
            return self._lists


def rows_of(content: Any) -> list[Mapping[str, Any]]:
    """Raises PostError."""
    rows = content.get("data") if isinstance(content, dict) else content
    if not isinstance(rows, list) or not rows:
        raise PostError("MyVNPost gives no list of places", retryable=True)
    return [row for row in rows if isinstance(row, dict)]


def named(rows: list[Mapping[str, Any]], level: str) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """What it lies in, its name, its code."""
    for row in rows:
        name, code = text_of(row.get(f"{level}Name")), text_of(row.get(f"{level}Code"))
        within = text_of(first(row, "provinceCode", "districtCode")) if level == "commune" else ""
        if name and code and within is not None:
            yield (within,) if within else (), name, code


def known_of(names: Iterator[tuple[tuple[str, ...], str, str]]) -> Known:
    known: dict[tuple[str, ...], str | None] = {}
    for within, name, code in names:
        for key in dict.fromkeys(keys_of(name)):
            known[*within, *key] = code if known.get((*within, *key), code) == code else None
    return known


def found(known: Known, within: tuple[str, ...], name: str) -> str:
    """Raises PostError."""
    for key in keys_of(name):
        if code := known.get((*within, *key)):
            return code
    raise PostError("MyVNPost does not know this commune or province", retryable=False)


def keys_of(name: str) -> Iterator[tuple[str, ...]]:
    """From the surest to the weakest: with its kind, without, and without marks.

    >>> list(keys_of("P. Đông Kinh")) == list(keys_of("phường Đông Kinh"))
    True
    >>> [(kind, fold(bare)) for name in ("TP.Huế", "Phú Xuân") for kind, bare in keys_of(name)]
    [('thành phố', 'hue'), ('', 'hue'), ('', 'hue'), ('', 'phu xuan'), ('', 'phu xuan')]
    """
    match = KIND.match(name)
    bare = name[match.end() :] if match and match.end() < len(name) else name
    kind = match[1].lower() if match and bare != name else ""
    if kind:
        yield SHORT.get(kind, kind), accented(bare)
    yield "", accented(bare)
    yield "", fold(bare)
