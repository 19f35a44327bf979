"""The control page of the pretend agencies, to be mounted at /sandbox/agency/: what lies there, and what is next."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web

from bot.dossiers.dossier import ENDED, Status
from bot.sandbox.agency.bureau import Bureau
from bot.sandbox.agency.courses import COURSES
from bot.sandbox.agency.faults import AGENCY_FAULTS, AgencyFault, Twist
from bot.sandbox.agency.folder import Course, Wire
from bot.sandbox.agency.holders import KEPT
from bot.sandbox.agency.view import View
from bot.sandbox.control import control
from bot.sandbox.dress import FASTEST, FAULT_WORDS, PAGES, RATES, SPEEDS
from knowledge.zone import VIETNAM

SHOWN = 50  # dossiers, newest first
STATUSES: Final[dict[Status, str]] = {
    "registered": "1. Mới đăng ký",
    "received": "2. Được tiếp nhận",
    "rejected": "3. Không được tiếp nhận",
    "processing": "4. Đang xử lý",
    "supplement": "5. Yêu cầu bổ sung giấy tờ",
    "payment": "6. Yêu cầu thực hiện nghĩa vụ tài chính",
    "withdrawn": "7. Công dân yêu cầu rút hồ sơ",
    "stopped": "8. Dừng xử lý",
    "done": "9. Đã xử lý xong",
    "returned": "10. Đã trả kết quả",
}
COURSE_WORDS: Final[dict[Course, str]] = {
    "smooth": "Đúng hẹn",
    "early": "Xong sớm",
    "late": "Trễ hẹn, không báo gì",
    "late_apology": "Trễ hẹn, có xin lỗi và hẹn lại ngày",
    "supplement": "Yêu cầu bổ sung giấy tờ, rồi làm tiếp",
    "payment": "Yêu cầu nộp tiền, rồi làm tiếp",
    "rejected": "Không tiếp nhận",
    "withdrawn": "Công dân rút hồ sơ",
    "stopped": "Dừng xử lý",
    "at_desk": "Có kết quả, chưa ai đến nhận",
    "same_day": "Trả kết quả trong ngày",
}
TWIST_WORDS: Final[dict[Twist, str]] = {
    "error_inside": "Trả lời 200 nhưng bên trong là lỗi",
    "new_status": "Trạng thái lạ, chưa ai biết",
    "odd_dates": "Ngày viết kiểu khác",
    "due_before_received": "Ngày hẹn trước ngày tiếp nhận",
}
WIRE_WORDS: Final[dict[Wire, str]] = {
    "igate": "iGate (H90)",
    "portal": "Cổng, khuôn đồng bộ (H91, G99)",
    "shape1": "Hệ thống kiểu 1 (H92)",
    "shape2": "Hệ thống kiểu 2 (H93)",
    "shape3": "Hệ thống kiểu 3 (H94)",
}

Deed = Callable[[Bureau, Mapping[str, str]], None]


def control_page(bureau: Bureau) -> web.Application:
    return control(bureau, written, DEEDS)


def written(bureau: Bureau) -> str:
    return PAGES.get_template("agency.html").render(
        now=bureau.now(),
        speed=bureau.clock.speed,
        has_post=bureau.office is not None,
        dossiers=bureau.dossiers(SHOWN),
        count=bureau.books.count(),
        rates=bureau.faults.rates,
        down=bureau.faults.down,
        calls=bureau.calls,
        all_rates=RATES,
        speeds=SPEEDS,
        statuses=STATUSES,
        courses=COURSE_WORDS,
        wires=WIRE_WORDS,
        faults={fault: words_of(fault) for fault in AGENCY_FAULTS},
        last_digits=lambda number: f"…{number[-KEPT:]}" if number else "không có",
        local=lambda moment: f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}",
        day=lambda moment: f"{moment.astimezone(VIETNAM):%d/%m/%Y}",
        is_late=is_late,
    )


def words_of(fault: AgencyFault) -> str:
    return dict([*FAULT_WORDS.items(), *TWIST_WORDS.items()])[fault]


def is_late(view: View, now: datetime) -> bool:
    """After the day that was promised first."""
    over = view.finished or (view.last.at if view.status in ENDED else now)
    return view.due is not None and view.due < over


def advance(bureau: Bureau, form: Mapping[str, str]) -> None:
    bureau.advance(timedelta(hours=min(float(form["hours"]), 24 * 31)))


def run_at(bureau: Bureau, form: Mapping[str, str]) -> None:
    bureau.run_at(float(min(int(form["speed"]), FASTEST)))


def choose(bureau: Bureau, form: Mapping[str, str]) -> None:
    course = next((known for known in COURSES if known == form["course"]), None)
    if course is None:
        raise ValueError("no such course")
    bureau.choose(form["code"], course)


def switch(bureau: Bureau, form: Mapping[str, str]) -> None:
    rates = {fault: float(form.get(fault, 0)) / 100 for fault in AGENCY_FAULTS}
    for fault, rate in rates.items():
        bureau.faults.switch(fault, rate)
    bureau.faults.down.clear()
    bureau.faults.down.update(wire for wire in WIRE_WORDS if form.get(f"down_{wire}"))


def make_samples(bureau: Bureau, _: Mapping[str, str]) -> None:
    bureau.make_samples()


DEEDS: Final[dict[str, Deed]] = {
    "advance": advance,
    "speed": run_at,
    "step": lambda bureau, form: bureau.step(form["code"]),
    "finish": lambda bureau, form: bureau.finish(form["code"]),
    "choose": choose,
    "faults": switch,
    "samples": make_samples,
}
