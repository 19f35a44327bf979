"""The codes of pretend dossiers, in the three living shapes (DOMAIN §2.1), under roots that no province has.

The day in a code is that of its intake. Roots are H90 to H94 and G99, so that a trial is never taken for a real one.
"""

from collections.abc import Callable
from datetime import date
from typing import Final, Literal

from bot.sandbox.agency.folder import Wire

Shape = Literal["A", "B", "C"]
ROOTS: Final[dict[str, Wire]] = {
    "H90": "igate",
    "H91": "portal",
    "G99": "portal",
    "H92": "shape1",
    "H93": "shape2",
    "H94": "shape3",
}
WRITTEN: Final[dict[Shape, Callable[[str, date, int], str]]] = {
    "A": lambda root, day, serial: f"000.01.20.{root}-{day:%y%m%d}-{serial:04d}",
    "B": lambda root, day, serial: f"{root}.05-{day:%y%m%d}-{serial:04d}",
    "C": lambda root, day, serial: f"{root}.20-{day:%Y%m%d}-{serial:07d}",
}


def code_of(shape: Shape, root: str, day: date, serial: int) -> str:
    """
    >>> [code_of(shape, "H90", date(2026, 11, 21), 4) for shape in ("A", "B", "C")]
    ['000.01.20.H90-261121-0004', 'H90.05-261121-0004', 'H90.20-20261121-0000004']
    """
    return WRITTEN[shape](root, day, serial)
