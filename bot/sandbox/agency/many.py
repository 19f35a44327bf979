"""Dossiers by the thousand, each on a course of its own: for measuring."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from bot.sandbox.agency.codes import ROOTS, code_of
from bot.sandbox.agency.folder import Course, Folder
from bot.sandbox.agency.holders import made_up
from bot.sandbox.agency.samples import AGENCY, ALLOWED, PROCEDURES
from bot.sandbox.postman import vietnamese

FIRST = 1_000_001  # serial: seven digits, which no sample has


def many(
    count: int,
    chance: Random,
    courses: Sequence[Course],
    apart: timedelta,
    over: timedelta,
    now: datetime,
    wall: datetime,
    first: int = FIRST,
) -> Iterator[Folder]:
    """Filed evenly within the time `over` before now; the systems one after the other."""
    roots = list(ROOTS)
    for index in range(count):
        root, begun = roots[index % len(roots)], now - over * (index / count)
        procedure, title = chance.choice(PROCEDURES)
        yield Folder(
            code=code_of("C" if root == "G99" else "B", root, vietnamese(begun), first + index),
            wire=ROOTS[root],
            procedure=procedure,
            title=title,
            agency=AGENCY,
            channel=chance.choice(("direct", "online", "post")),
            holder=made_up(index),
            allowed=ALLOWED,
            course=chance.choice(courses),
            apart=apart,
            resumed=begun,
            kept_at=wall,
        )
