"""A dossier code with separators left out ("H56.142408230001"): read where there is one way to read it only.

What a code can be then is narrower than what it can be written out: units of two digits unless separators bound them,
a day that exists, of a year in which such codes are given out.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import accumulate, pairwise

LONG_DAY = 8  # digits of a day: 20261121
SIZES = [(6, 4), (6, 5), (6, 6), (LONG_DAY, 4), (LONG_DAY, 5), (LONG_DAY, 6), (LONG_DAY, 7)]  # of day and serial number
YEARS = range(2018, 2040)  # since TT 01/2018/TT-VPCP
MOST_UNITS = 3
PAYMENT = 12  # digits that close a payment: a day and a serial number can look the same


def reading(written: str, most_units: int = MOST_UNITS) -> str | None:
    """The one way to read what stands behind the letter, its signs made dots and dashes; None: none, or several.

    >>> reading("56142408230001"), reading("56.14240823-0001"), reading("09.20-202606090092637")
    ('56.14-240823-0001', '56.14-240823-0001', '09.20-20260609-0092637')
    >>> reading("22.99.08-260921896048"), reading("5620201120181234")
    (None, None)
    """
    groups = re.split("[.-]", written)
    readings = list(readings_of("".join(groups), set(accumulate(map(len, groups))), most_units))
    dash = len(written.split("-", maxsplit=1)[0].replace(".", ""))  # no unit stands behind a dash
    likely = [read for read, day in readings if day <= dash]
    return likely[0] if len(likely) == 1 else None


def readings_of(digits: str, ends: set[int], most_units: int) -> Iterator[tuple[str | None, int]]:
    """With where the day begins. `ends` is where a sign stood, or the end; None: read as a payment."""
    for day_size, serial_size in SIZES:
        serial = len(digits) - serial_size
        day = serial - day_size
        is_parted = ends & {1, *range(day + 1, serial), *range(serial + 1, len(digits))}
        if day < 2 or is_parted or not is_likely(digits[day:serial]):
            continue
        units = units_of(digits, day, ends)
        if units is None or len(units) > 1 + most_units:
            continue
        yield f"{'.'.join(units)}-{digits[day:serial]}-{digits[serial:]}", day
        if day_size + serial_size == PAYMENT and serial not in ends:
            yield None, day


def units_of(digits: str, end: int, ends: set[int]) -> list[str] | None:
    """The level above and its units, in the digits before `end`."""
    units = [digits[:2]]
    for start, stop in pairwise(sorted({2, end} | {at for at in ends if 2 < at < end})):
        is_bounded = start in ends and stop in ends
        if is_bounded and stop - start <= 3:
            units.append(digits[start:stop])
        elif (stop - start) % 2 == 0:
            units += re.findall("..", digits[start:stop])
        else:
            return None
    return units


def is_likely(day: str) -> bool:
    try:
        return date.fromisoformat(day if len(day) == LONG_DAY else f"20{day}").year in YEARS
    except ValueError:
        return False
