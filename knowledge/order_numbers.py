"""The numbers of pickups: "ND261122-4F7KQ6", the day and six characters without I, L, O, U, the last a check.

The check is the remainder of a polynomial over GF(32): any one wrong character, and any two that changed places, is
noticed, as long as they are not alike by themselves (O for 0, I and L for 1).
"""

import re
from datetime import date

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
ALIKE = str.maketrans("OIL", "011")
FRESH = 5
FIELD = 0b100101  # x⁵ + x² + 1, primitive
SIZE = 32

# spoken and copied in many ways: no dash, a longer dash, a space, lower case. ASCII only: K (Kelvin) is no K.
SHAPE = r"(?<!\w)(?ai:N ?D[ .–—-]?([0-9OIL]{6})[ .–—-]{0,3}([0-9A-TV-Z]{6}))(?!\w)"
NUMBER = re.compile(rf"ND[0-9]{{6}}-[{ALPHABET}]{{6}}")


def order_number(day: date, fresh: str) -> str:
    """`fresh` is five characters of ALPHABET. Raises ValueError for others, and for a day of another century.

    >>> order_number(date(2026, 11, 22), "4F7KQ")
    'ND261122-4F7KQ6'
    """
    if len(fresh) != FRESH or not set(fresh) <= set(ALPHABET):
        raise ValueError(f"{fresh!r} is not {FRESH} characters of {ALPHABET}")
    if day.year // 100 != 20:
        raise ValueError(f"no order number for {day}")
    return f"ND{day:%y%m%d}-{fresh}{check_character(f'{day:%y%m%d}{fresh}')}"


def is_order_number(text: str) -> bool:
    """Whether this is one as we write it."""
    return bool(NUMBER.fullmatch(text)) and agrees(text)


def read_order_number(text: str) -> str | None:
    """The first number in a message whose check agrees, as we write it.

    >>> read_order_number("đơn nd 261122 4f7kq6 tới đâu rồi"), read_order_number("ND261122-4F7KQ8")
    ('ND261122-4F7KQ6', None)
    """
    read = (written(match) for match in re.finditer(SHAPE, text))
    return next((number for number in read if agrees(number)), None)


def written(match: re.Match[str]) -> str:
    """What matched SHAPE as we write it, whether its check agrees or not."""
    day, rest = (part.upper().translate(ALIKE) for part in match.groups())
    return f"ND{day}-{rest}"


def agrees(number: str) -> bool:
    day, rest = number[2:8], number[9:]
    return is_day(day) and check_character(day + rest[:FRESH]) == rest[FRESH:]


def is_day(digits: str) -> bool:
    try:
        date.fromisoformat(f"20{digits}")
    except ValueError:
        return False
    return True


def check_character(characters: str) -> str:
    remainder = 0
    for character in characters:
        remainder = doubled(remainder) ^ ALPHABET.index(character)
    return ALPHABET[doubled(remainder)]


def doubled(element: int) -> int:
    """Times x in GF(32)."""
    element <<= 1
    return element ^ FIELD if element >= SIZE else element
