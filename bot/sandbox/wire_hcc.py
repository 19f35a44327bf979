"""The public administration service of the pretend post: order/post, order/cancel, order/tracking (DOMAIN §3.1-3.2).

It is strict: a field that is missing, of the wrong kind or not known is refused, so that our own mistakes show. Its
status codes are written down here a second time, apart from bot/services/post/statuses.yaml, for the same reason.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.pickup.order import Visit
from bot.pickup.progress import Status
from bot.sandbox.office import Office, Outcome
from bot.sandbox.parcel import Asked, Event
from bot.sandbox.wire_tokens import WireTokens
from knowledge.moments.reader import Shift
from knowledge.zone import VIETNAM

WHOLE: Final = ("CODAmount", "SenderProvince", "SenderDistrict", "ReceiverProvince", "ReceiverDistrict")
NEEDED: Final = (
    *("CustomerCode", "OrderNumber", "SenderAddress", "SenderName", "SenderTel", "Description"),
    *("ReceiverName", "ReceiverAddress"),
)
MAY_BE_EMPTY: Final = ("SenderEmail", "SenderDesc", "ReceiverTel", "ReceiverEmail")
CODES: Final[dict[Status, tuple[str, str]]] = {
    "accepted": ("1", "Đã tiếp nhận yêu cầu"),
    "on_the_way": ("2", "Bưu tá đang đi thu gom"),
    "collected": ("3", "Đã thu gom"),
    "handed_over": ("4", "Hoàn thành"),
    "collection_failed": ("5", "Thu gom không thành công"),
    "cancelled": ("6", "Đã hủy"),
    "refused": ("7", "Từ chối"),
    "result_on_the_way": ("8", "Đang phát kết quả"),
    "delivered": ("9", "Đã phát kết quả"),
    "delivery_failed": ("10", "Phát không thành công"),
    "returned": ("11", "Đã chuyển hoàn"),
}
ANSWERS: Final[dict[Outcome, tuple[str, str]]] = {
    "new": ("100", "Thành công"),
    "known": ("101", "Đơn hàng đã được gửi"),
    "moved": ("102", "Đã cập nhật đơn hàng"),
    "too_late": ("103", "Bưu tá đã nhận đơn, không thay đổi được"),
}
NO_SUCH = ("104", "Không tìm thấy đơn hàng")
NOT_VALID = ("400", "Dữ liệu không hợp lệ")
VISIT = re.compile(r"Hẹn thu gom (\d{2}/\d{2}/\d{4}) buổi (sáng|chiều)")
SHIFTS: Final[dict[str, Shift]] = {"sáng": "morning", "chiều": "afternoon"}
PROCEDURE = re.compile(r"Thủ tục: (.+?) \(([\d.]+)\)")
BACK = "Phát kết quả tại nhà"
CURSOR = re.compile(r"[0-9a-f]{24}")
MADE = "65000000"  # the first four bytes of an event's id: in a real one its time, here always the same
MOST = 1000


@dataclass(frozen=True)
class HccWire:
    """`bears`: the token of a request. `extra`: fields that this bus wants besides, and what they must be."""

    name: str
    office: Office
    tokens: WireTokens
    bears: Callable[[web.Request], str]
    extra: Mapping[str, Callable[[object], bool]]

    async def post(self, request: web.Request) -> web.Response:
        if refusal := self._shut(request):
            return refusal
        try:
            fields = json.loads(await request.read())
        except ValueError:
            return said(NOT_VALID)
        if not isinstance(fields, dict) or not self._is_valid(fields):
            return said(NOT_VALID)
        return said(ANSWERS[self.office.take(asked(fields), self.name).outcome])

    async def cancel(self, request: web.Request) -> web.Response:
        if refusal := self._shut(request):
            return refusal
        if request.query.get("CustomerCode") != self.tokens.key.customer:
            return said(NOT_VALID)
        parcel = self.office.parcel(request.query.get("OrderNumber", ""))
        if parcel is None or parcel.wire != self.name:
            return said(NO_SUCH)
        if parcel.status == "cancelled":
            return said(ANSWERS["known"])
        return said(ANSWERS["new"] if self.office.cancel(parcel) else ANSWERS["too_late"])

    async def tracking(self, request: web.Request) -> web.Response:
        if refusal := self._shut(request):
            return refusal
        cursor, size = request.query.get("lastId", ""), request.query.get("pagesize", "")
        if not CURSOR.fullmatch(cursor) or not size.isdecimal() or not 1 <= int(size) <= MOST:
            return said(NOT_VALID)
        events = self.office.events(int(cursor[len(MADE) :], 16), int(size), self.name)
        rows = [self._row(event) for event in events]
        if self.office.faults.strikes("duplicate"):
            rows += rows[-1:]
        if self.office.faults.strikes("out_of_order"):
            rows.reverse()
        page = {"_size": len(rows), "_total_pages": 1, "_returned": len(rows), "_embedded": {"rh:doc": rows}}
        return web.json_response(page)

    def _shut(self, request: web.Request) -> web.Response | None:
        if self.tokens.is_good(self.bears(request)):
            return None
        return web.json_response({"fault": {"code": 900901, "message": "Invalid Credentials"}}, status=401)

    def _is_valid(self, fields: Mapping[str, Any]) -> bool:
        known = {*WHOLE, *NEEDED, *MAY_BE_EMPTY, *self.extra}
        return (
            set(fields) == known
            and all(is_whole(fields[name]) for name in WHOLE)
            and all(isinstance(fields[name], str) for name in MAY_BE_EMPTY)
            and all(isinstance(fields[name], str) and fields[name].strip() for name in NEEDED)
            and all(is_right(fields[name]) for name, is_right in self.extra.items())
            and fields["CustomerCode"] == self.tokens.key.customer
        )

    def _row(self, event: Event) -> dict[str, Any]:
        code, message = CODES[event.status]
        return {
            "_id": {"$oid": f"{MADE}{event.id:016x}"},
            "CustomerCode": self.tokens.key.customer,
            "OrderNumber": event.number,
            "EventTime": event.at.astimezone(VIETNAM).isoformat(timespec="microseconds"),
            "POSID": "240100",
            "ItemCode": event.item,
            "StatusCode": code,
            "StatusMessage": message,
            "Notes": event.reason or "",
        }


def asked(fields: Mapping[str, Any]) -> Asked:
    """What a person at the post would read in the description."""
    place = str(fields["SenderAddress"]).split(", ")
    procedure = PROCEDURE.search(fields["Description"])
    return Asked(
        number=fields["OrderNumber"],
        name=fields["SenderName"],
        commune=", ".join(place[-2:]) if len(place) > 2 else "",
        visit=visit_in(fields["Description"]),
        back=BACK in fields["Description"],
        item=fields.get("ItemCode"),
        procedure=procedure[2] if procedure else "",
        title=procedure[1] if procedure else "",
        agency=fields["ReceiverName"],
        phone=fields["SenderTel"],
    )


def visit_in(description: str) -> Visit | None:
    """
    >>> visit_in("Hẹn thu gom 25/11/2026 buổi chiều (13-17 giờ). Thủ tục: …")
    Visit(day=datetime.date(2026, 11, 25), shift='afternoon')
    """
    if not (found := VISIT.search(description)):
        return None
    try:
        day = datetime.strptime(found[1], "%d/%m/%Y").replace(tzinfo=VIETNAM).date()
    except ValueError:
        return None
    return Visit(day=day, shift=SHIFTS[found[2]])


def is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def said(status: tuple[str, str]) -> web.Response:
    return web.json_response({"Status": status[0], "Message": status[1]})
