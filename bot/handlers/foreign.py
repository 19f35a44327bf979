"""JSON that others made: its shape is hoped for, never trusted."""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Json = Mapping[str, Any]

WHOLE = re.compile(r"-?[0-9]{1,18}")
DECIMAL = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,20})?")
SECONDS = 10**11  # a smaller count of time since 1970 is one of seconds, not of milliseconds
LATEST = 4_102_444_800_000  # ms; the year 2100


def parsed(body: bytes) -> Json | None:
    """None: no JSON, or no object.

    >>> parsed(b'{"a": 1}'), parsed(b"[1]"), parsed(b'{"a": ')
    ({'a': 1}, None, None)
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def within(value: object, *path: str | int) -> object:
    """What lies there; None when there is nothing.

    >>> within({"a": [{"b": 1}]}, "a", 0, "b"), within({"a": None}, "a", "b"), within("text", 0)
    (1, None, None)
    """
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def words_at(value: object, *path: str | int) -> str:
    """A text, or a number written out; "" for anything else.

    >>> words_at({"id": 7}, "id"), words_at({"id": " a "}, "id"), words_at({"id": True}, "id")
    ('7', 'a', '')
    """
    found = within(value, *path)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return found.strip() if isinstance(found, str) else ""


def number_at(value: object, *path: str | int) -> float | None:
    """
    >>> number_at({"a": "21.5"}, "a"), number_at({"a": 7}, "a"), number_at({"a": float("nan")}, "a")
    (21.5, 7.0, None)
    """
    found = within(value, *path)
    if isinstance(found, str):
        return float(found) if DECIMAL.fullmatch(found.strip()) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    try:
        return float(found) if math.isfinite(found) else None
    except OverflowError:
        return None


def milliseconds(words: str) -> int:
    """A time since 1970, written as a number of milliseconds or of seconds; 0: it is none.

    >>> milliseconds("1699003881354"), milliseconds("1699003881"), milliseconds("soon"), milliseconds("9" * 18)
    (1699003881354, 1699003881000, 0, 0)
    """
    count = int(words) if WHOLE.fullmatch(words) else 0
    if 0 < count < SECONDS:
        count *= 1000
    return count if 0 < count < LATEST else 0


def moment(count: int) -> datetime:
    """
    >>> moment(1699003881354).isoformat(timespec="seconds")
    '2023-11-03T09:31:21+00:00'
    """
    return datetime.fromtimestamp(count / 1000, UTC)
