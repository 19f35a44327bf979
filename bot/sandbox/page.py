"""The control page of the pretend post, to be mounted at /sandbox/: what lies there, and what shall happen next."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final, get_args

from aiohttp import web

from bot.pickup.progress import Status
from bot.sandbox.agency.bureau import Bureau
from bot.sandbox.agency.page import control_page as agency_page
from bot.sandbox.control import control
from bot.sandbox.dress import FASTEST, FAULT_WORDS, PAGES, RATES, SPEEDS
from bot.sandbox.faults import FAULTS
from bot.sandbox.office import Office
from bot.sandbox.parcel import Ending
from knowledge.zone import VIETNAM

SHOWN = 50  # orders, newest first
STATUSES: Final[dict[Status, str]] = {
    "kept": "Mới gửi đến",
    "accepted": "Bưu điện đã nhận yêu cầu",
    "on_the_way": "Bưu tá đang đến",
    "collected": "Đã lấy hồ sơ",
    "collection_failed": "Lấy không được, sẽ đến lại",
    "handed_over": "Đã giao cơ quan",
    "result_on_the_way": "Đang mang kết quả về",
    "delivery_failed": "Phát không được, sẽ phát lại",
    "delivered": "Đã phát kết quả",
    "returned": "Đã chuyển về cơ quan",
    "cancelled": "Đã hủy",
    "refused": "Bưu điện từ chối",
}
ENDING_WORDS: Final[dict[Ending, str]] = {
    "smooth": "Suôn sẻ",
    "collection_fails": "Lấy lần đầu thất bại",
    "delivery_fails": "Phát lần đầu thất bại",
    "returned": "Phát hai lần không được, chuyển về cơ quan",
    "refused": "Bưu điện từ chối",
}

Deed = Callable[[Office, Mapping[str, str]], None]


def control_page(office: Office, bureau: Bureau | None = None) -> web.Application:
    """`bureau`: the pretend agencies, whose page is then below this one."""
    app = control(office, written, DEEDS)
    if bureau:
        app.add_subapp("/agency/", agency_page(bureau))
    return app


def written(office: Office) -> str:
    parcels = office.parcels(most=SHOWN)
    return PAGES.get_template("office.html").render(
        now=office.now(),
        has_agency=office.agency is not None,
        speed=office.clock.speed,
        parcels=[(parcel, office.history(parcel)) for parcel in parcels],
        rates=office.faults.rates,
        all_rates=RATES,
        speeds=SPEEDS,
        statuses=STATUSES,
        endings=ENDING_WORDS,
        faults=FAULT_WORDS,
        local=lambda moment: f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}",
    )


def advance(office: Office, form: Mapping[str, str]) -> None:
    office.advance(timedelta(hours=min(float(form["hours"]), 24 * 31)))


def run_at(office: Office, form: Mapping[str, str]) -> None:
    office.run_at(float(min(int(form["speed"]), FASTEST)))


def script(office: Office, form: Mapping[str, str]) -> None:
    ending = next((known for known in get_args(Ending) if known == form["ending"]), None)
    if ending is None:
        raise ValueError("no such ending")
    office.script(form["number"], ending)


def switch(office: Office, form: Mapping[str, str]) -> None:
    rates = {fault: float(form.get(fault, 0)) / 100 for fault in FAULTS}
    for fault, rate in rates.items():
        office.faults.switch(fault, rate)


DEEDS: Final[dict[str, Deed]] = {
    "advance": advance,
    "speed": run_at,
    "step": lambda office, form: office.step(form["number"]),
    "finish": lambda office, form: office.finish(form["number"]),
    "script": script,
    "faults": switch,
}
