"""The dossiers that lie there from the beginning: one in each of the ten statuses, late ones, and some that go on.

Those that stand still do so until somebody presses a button. All were filed some working days before today.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.sandbox.agency.codes import ROOTS, Shape, code_of
from bot.sandbox.agency.folder import Course, Folder
from bot.sandbox.agency.holders import made_up
from bot.sandbox.agency.hours import OPENS, at
from bot.sandbox.agency.way import HOURS
from bot.sandbox.postman import vietnamese

ALLOWED = 5  # working days
AGENCY = "Bộ phận Một cửa phường Thử Nghiệm (giả)"
SOME_MINUTES = timedelta(minutes=40)
PROCEDURES: Final = (  # as they are published
    ("1.001193", "Thủ tục đăng ký khai sinh"),
    ("1.004873", "Thủ tục cấp Giấy xác nhận tình trạng hôn nhân"),
    ("1.004222", "Đăng ký thường trú"),
    ("1.001612", "Đăng ký thành lập hộ kinh doanh"),
)


@dataclass(frozen=True)
class Sample:
    """`serial`: in its code. `ago`: working days since it was filed; None: it is filed now, and goes on."""

    serial: int
    root: str
    shape: Shape
    course: Course
    until: int | None = None
    ago: int | None = None


SAMPLES: Final = (
    Sample(1, "H90", "B", "smooth", until=1, ago=1),  # registered
    Sample(2, "H91", "A", "smooth", until=2, ago=1),  # received
    Sample(3, "H92", "B", "rejected", until=2, ago=3),
    Sample(4, "H90", "A", "smooth", until=4, ago=3),  # processing
    Sample(5, "G99", "C", "supplement", until=4, ago=4),
    Sample(6, "H93", "A", "payment", until=4, ago=4),
    Sample(7, "H94", "B", "withdrawn", until=4, ago=4),
    Sample(8, "H93", "B", "stopped", until=4, ago=5),
    Sample(9, "H90", "B", "early", until=5, ago=4),  # done
    Sample(10, "H94", "A", "early", until=6, ago=6),  # returned
    Sample(11, "H90", "A", "late", until=4, ago=9),  # four working days late, and nobody says why
    Sample(12, "H91", "B", "late_apology", until=5, ago=7),  # late, and another day is promised
    Sample(21, "H90", "B", "smooth"),
    Sample(22, "H92", "A", "supplement"),
    Sample(23, "G99", "C", "late_apology"),
    Sample(24, "H93", "B", "payment"),
    Sample(25, "H94", "B", "same_day"),
)


def samples(now: datetime, wall: datetime) -> Iterator[Folder]:
    for sample in SAMPLES:
        yield folder_of(sample, now, wall)


def folder_of(sample: Sample, now: datetime, wall: datetime) -> Folder:
    begun = now
    if sample.ago is not None:
        begun = at(HOURS.day(vietnamese(now), -sample.ago), OPENS) + SOME_MINUTES
    procedure, title = PROCEDURES[sample.serial % len(PROCEDURES)]
    return Folder(
        code=code_of(sample.shape, sample.root, vietnamese(begun), sample.serial),
        wire=ROOTS[sample.root],
        procedure=procedure,
        title=title,
        agency=AGENCY,
        channel="online" if sample.serial % 2 else "direct",
        holder=made_up(sample.serial),
        allowed=ALLOWED,
        course=sample.course,
        until=sample.until,
        resumed=begun,
        kept_at=wall,
    )
