"""Code128 and QR as rectangles, in modules of the code; whoever draws them says how large a module is."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import NamedTuple

import segno
from barcode import Code128  # type: ignore[import-untyped]


class Dark(NamedTuple):
    """A dark rectangle; the quiet zone around the code is counted in."""

    x: int
    y: int
    width: int
    height: int


class Symbol(NamedTuple):
    """`width` and `height` with the quiet zone."""

    width: int
    height: int
    dark: tuple[Dark, ...]


CODE128_QUIET = 10  # modules left and right (ISO/IEC 15417)
QR_QUIET = 4  # modules all around (ISO/IEC 18004)


def code128(content: str) -> Symbol:
    """Bars one module high."""
    modules = [module == "1" for module in Code128(content).build()[0]]
    bars = tuple(Dark(CODE128_QUIET + start, 0, length, 1) for start, length in runs(modules))
    return Symbol(len(modules) + 2 * CODE128_QUIET, 1, bars)


def qr(content: str) -> Symbol:
    """Readable with a sixth of it soiled (level M)."""
    rows = [[module == 1 for module in row] for row in segno.make_qr(content, error="m", boost_error=False).matrix]
    size = len(rows) + 2 * QR_QUIET
    dark = (Dark(QR_QUIET + start, QR_QUIET + y, run, 1) for y, row in enumerate(rows) for start, run in runs(row))
    return Symbol(size, size, tuple(dark))


@lru_cache(256)
def qr_svg(content: str) -> str:
    """A picture for a page or a printer, as large as it is given room; it says what it holds."""
    symbol = qr(content)
    size = symbol.width
    dark = "".join(f"M{x} {y}h{width}v{height}h-{width}z" for x, y, width, height in symbol.dark)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges" role="img" '
        f'aria-label="QR: {escape(content)}"><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path fill="#000" d="{dark}"/></svg>'
    )


def runs(modules: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where dark modules begin, and how many stand together.

    >>> list(runs([True, True, False, True]))
    [(0, 2), (3, 1)]
    """
    start = 0
    for dark, group in groupby(modules):
        length = len(list(group))
        if dark:
            yield start, length
        start += length
