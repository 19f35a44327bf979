"""The pretend MyVNPost Connect: DOMAIN §3.3, and what clients in use show of it (bot/services/post/myvnpost.py).

Like the other wires it is strict, and has its status codes written down a second time. As the real one, it makes
another order of every CreateOrder, whatever its saleOrderCode, and codes its provinces and communes its own way. Made
up: its prices, how its cases are numbered, and that the result's way home is an order of its own under "…-KQ".
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from secrets import token_urlsafe
from time import monotonic
from typing import Any, Final

from aiohttp import web

from bot.pickup.order import Visit
from bot.pickup.progress import Status
from bot.sandbox.office import Office
from bot.sandbox.parcel import Asked, Event, Parcel
from bot.sandbox.tracking import tracking_number
from bot.sandbox.wire_tokens import WireTokens
from knowledge.moments.reader import Shift
from knowledge.places.book import kind_and_name, rows
from knowledge.zone import VIETNAM

NAME = "myvnpost"
BACK = "-KQ"
TIME = "%d/%m/%Y %H:%M:%S"
CREATED: Final = (1, "Đã tạo")
THERE: Final[dict[Status, tuple[int, str]]] = {
    "accepted": (2, "Bưu tá nhận yêu cầu thu gom"),
    "on_the_way": (4, "Đang lấy hàng"),
    "collection_failed": (5, "Lấy hàng không thành công"),
    "collected": (6, "Đã lấy hàng"),
    "refused": (8, "Lấy hàng thất bại"),
    "cancelled": (9, "Hủy thu gom"),
    "handed_over": (14, "Đã giao hàng"),
}
HOME: Final[dict[Status, tuple[int, str]]] = {
    "result_on_the_way": (12, "Đang giao hàng"),
    "delivered": (14, "Đã giao hàng"),
    "delivery_failed": (15, "Giao không thành công"),
    "returned": (19, "Trả hàng thành công"),
}
NEEDED: Final = (
    *("senderName", "senderPhone", "senderAddress", "senderProvinceCode", "senderCommuneCode"),
    *("receiverName", "receiverPhone", "receiverAddress", "receiverProvinceCode"),
    *("serviceCode", "saleOrderCode", "contentNote", "weight", "deliveryInstruction"),
)
FIXED: Final = {"senderDistrictCode": "VNPOST", "receiverDistrictCode": "VNPOST", "vehicle": "BO", "sendType": "1"}
SHIFTS: Final[dict[str, Shift]] = {"S": "morning", "C": "afternoon"}
DAY = re.compile(r"Thu gom (\d{2}/\d{2}/\d{4}) buổi")
CONTENTS = re.compile(r"Hồ sơ TTHC ([\d.]+), .*?: (.+)")
PHONE = re.compile(r"0\d{8,10}|1[89]00\d{4,6}")
A_STEP = 500  # grams
PRICES: Final = (25_000, 5_000)  # made up: the first 500 g, and each further 500 g


class RefusedError(Exception):
    """400, and why."""


@dataclass
class MyVNPostWire:
    """`waits`: every case waits for approval until it is asked about."""

    office: Office
    tokens: WireTokens
    waits: bool = False
    cases: list[tuple[str, str]] = field(default_factory=list)  # what they came to, why
    calls: list[str] = field(default_factory=list)  # paths, in the order in which they came

    async def token(self, request: web.Request) -> web.Response:
        self.calls.append("/GetAccessToken")
        key, asks = self.tokens.key, await body_of(request)
        told = [str(asks.get(name)).encode() for name in ("username", "password", "customerCode")]
        if not all(map(compare_digest, told, (key.key.encode(), key.secret.encode(), key.customer.encode()))):
            return web.json_response(
                {"success": False, "errorMessage": "Thông tin đăng nhập không đúng", "token": None}
            )
        self.tokens.given[token := token_urlsafe(24)] = monotonic() + self.tokens.life
        return web.json_response({"success": True, "errorMessage": None, "token": token})

    async def create(self, request: web.Request) -> web.Response:
        asks = await body_of(request)
        if asks.get("customerCode") != self.tokens.key.customer or asks.get("orderCreationStatus") != 1:
            raise RefusedError("Mã khách hàng không hợp lệ")
        taken = self.office.take(asked(asks.get("informationOrder")), NAME, once=False)
        return web.json_response(self._record(taken.parcel))

    async def cancel(self, request: web.Request) -> web.Response:
        parcel = self._original((await body_of(request)).get("OriginalId"))
        agreed = self.office.cancel(parcel)
        return web.json_response([self._case(parcel, agreed, "Đơn hàng đã được lấy, không thể hủy")])

    async def correct(self, request: web.Request) -> web.Response:
        asks = await body_of(request)
        if asks.get("AffairType") != "02" or asks.get("SourceCode") != "MYVNP":
            raise RefusedError("Loại hiệu chỉnh không hợp lệ")
        parcel = self._original(asks.get("OriginalId"))
        begins = read_time(asks.get("PickupDateTime"))
        visit = Visit(day=begins.date(), shift="morning" if begins.hour < 12 else "afternoon")
        agreed = self.office.move(parcel, visit).outcome in ("known", "moved")
        return web.json_response(self._case(parcel, agreed, "Bưu tá đã nhận yêu cầu, không thể đổi lịch"))

    async def decided(self, request: web.Request) -> web.Response:
        parcel, case = self._original(request.query.get("OriginalId")), request.query.get("CaseId", "")
        if not case.isdecimal() or not 0 < int(case) <= len(self.cases):
            raise RefusedError("Không có yêu cầu này")
        kind, why = self.cases[int(case) - 1]
        told = {"Type": kind, "Message": why, "OriginalId": original(parcel), "CaseId": int(case)}
        return web.json_response([told])

    async def charge(self, request: web.Request) -> web.Response:
        asks = await body_of(request)
        data = asks.get("data")
        if asks.get("scope") != 1 or not isinstance(data, dict) or not isinstance(data.get("weight"), int):
            raise RefusedError("Thiếu khối lượng")
        read_commune(data.get("senderCommuneCode"))
        fee = price(data["weight"])
        row = {"serviceCode": data.get("serviceCode"), "serviceName": "Nhanh", "mainFee": fee, "vasFee": 0}
        return web.json_response([{**row, "totalFee": fee, "priceWeight": data["weight"]}])

    async def order(self, request: web.Request) -> web.Response:
        results = [self._record(parcel, back) for parcel, back in self._found(request)]
        return web.json_response([{"results": results}])

    async def history(self, request: web.Request) -> web.Response:
        data = [
            {"itemCode": item_of(parcel, back), "statusHistory": self._history(parcel, back)}
            for parcel, back in self._found(request)
        ]
        return web.json_response({"data": data})

    async def provinces(self, request: web.Request) -> web.Response:
        told = [
            {"provinceCode": own_province(code), "provinceName": kind_and_name(name)[1]}
            for code, name in rows("provinces", 2)
        ]
        return web.json_response(told)

    async def communes(self, request: web.Request) -> web.Response:
        told = [
            {"communeCode": own_commune(code), "communeName": name.capitalize(), "provinceCode": own_province(home)}
            for code, name, home in rows("communes", 3)
        ]
        return web.json_response(told)

    def _found(self, request: web.Request) -> list[tuple[Parcel, bool]]:
        """Of a look-up by item (1), by number (2), by original id (3); and whether its way home is meant."""
        kind, code = request.query.get("type"), request.query.get("code", "")
        back = kind == "2" and code.endswith(BACK)
        match kind:
            case "1":
                parcels = self.office.parcels(item=code)
            case "2":
                parcels = self.office.parcels(number=code.removesuffix(BACK))
            case "3":
                parcels = [self._original(code)]
            case _:
                raise RefusedError("Loại tra cứu không hợp lệ")
        ours = [parcel for parcel in parcels if parcel.wire == NAME]
        return [(parcel, back) for parcel in ours if not back or self._history(parcel, back=True)]

    def _original(self, code: object) -> Parcel:
        try:
            return self.office.books.parcel(int(str(code)))
        except (ValueError, LookupError):
            raise RefusedError("Không tìm thấy đơn hàng") from None

    def _case(self, parcel: Parcel, agreed: bool, why_not: str) -> dict[str, Any]:
        kind, why = ("00", "Thành công") if agreed else ("01", why_not)
        self.cases.append((kind, why))
        told = ("02", "Chờ duyệt") if self.waits else (kind, why)
        return {"type": told[0], "message": told[1], "originalId": original(parcel), "caseId": len(self.cases)}

    def _record(self, parcel: Parcel, back: bool = False) -> dict[str, Any]:
        history = self._history(parcel, back)
        return {
            "orderHdrID": original(parcel),
            "originalID": original(parcel),
            "itemCode": item_of(parcel, back),
            "originalItemCode": item_of(parcel, back),
            "saleOrderCode": parcel.number + (BACK if back else ""),
            "status": history[-1]["statusCode"] if history else CREATED[0],
            "senderCode": self.tokens.key.customer,
            "senderName": parcel.name,
            "totalFee": PRICES[0],
            "createdDate": written(parcel.placed_at),
            "updatedDate": written(self.office.now()),
        }

    def _history(self, parcel: Parcel, back: bool) -> list[dict[str, Any]]:
        told = list(lines(parcel, self.office.history(parcel), back))
        if self.office.faults.strikes("duplicate"):
            told += told[-1:]
        if self.office.faults.strikes("out_of_order"):
            told.reverse()
        return told


def myvnpost(office: Office, tokens: WireTokens, wire: MyVNPostWire | None = None) -> list[web.RouteDef]:
    """Below where it is mounted: /GetAccessToken, /CreateOrder and so on."""
    wire = wire or MyVNPostWire(office, tokens)
    behind = [
        ("POST", "/CreateOrder", wire.create),
        ("POST", "/orderCancel", wire.cancel),
        ("POST", "/orderCorrection", wire.correct),
        ("GET", "/orderCorrection/updateCase", wire.decided),
        ("POST", "/ServicesCharge", wire.charge),
        ("GET", "/getOrder", wire.order),
        ("GET", "/GetStatusHistoryOrder", wire.history),
        ("GET", "/getNewProvinceAll", wire.provinces),
        ("GET", "/getNewCommuneAll", wire.communes),
    ]
    guarded = [web.route(method, path, guard(wire, path, answer)) for method, path, answer in behind]
    return [web.post("/GetAccessToken", wire.token), *guarded]


Answers = Callable[[web.Request], Any]


def guard(wire: MyVNPostWire, path: str, answer: Answers) -> Answers:
    async def guarded(request: web.Request) -> web.Response:
        wire.calls.append(path)
        if not wire.tokens.is_good(request.headers.get("token", "")):
            return said(401, "Unauthorized", "Token không hợp lệ", path)
        try:
            done: web.Response = await answer(request)
        except RefusedError as error:
            return said(400, "Bad Request", str(error), path)
        return done

    return guarded


def said(status: int, error: str, message: str, path: str) -> web.Response:
    told = {"status": status, "timestamp": "", "error": error, "message": message, "description": "", "path": path}
    return web.json_response(told, status=status)


async def body_of(request: web.Request) -> Mapping[str, Any]:
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise RefusedError("Dữ liệu không hợp lệ") from None
    if not isinstance(body, dict):
        raise RefusedError("Dữ liệu không hợp lệ")
    return body


def asked(told: object) -> Asked:
    """What a person at the post would read in it."""
    if not isinstance(told, dict):
        raise RefusedError("Thiếu thông tin đơn hàng")
    for name in NEEDED:
        if not isinstance(told.get(name), str) or not told[name].strip():
            raise RefusedError(f"Thiếu {name}")
    if any(told.get(name) != value for name, value in FIXED.items()) or told.get("deliveryTime") not in SHIFTS:
        raise RefusedError("Hình thức gửi không hợp lệ")
    if not told["weight"].isdecimal() or not all(
        PHONE.fullmatch(told[f"{who}Phone"]) for who in ("sender", "receiver")
    ):
        raise RefusedError("Số điện thoại hoặc khối lượng không hợp lệ")
    day = DAY.match(told["deliveryInstruction"])
    visit = Visit(day=read_time(f"{day[1]} 00:00:00").date(), shift=SHIFTS[told["deliveryTime"]]) if day else None
    number = told["saleOrderCode"]
    commune = read_commune(told["senderCommuneCode"])
    back = f"{number}{BACK}" in told["deliveryInstruction"]
    procedure = CONTENTS.match(told["contentNote"])
    return Asked(
        number=number,
        name=told["senderName"],
        commune=commune,
        visit=visit,
        back=back,
        procedure=procedure[1] if procedure else "",
        title=procedure[2] if procedure else "",
        agency=told["receiverName"],
        phone=told["senderPhone"],
    )


def lines(parcel: Parcel, events: list[Event], back: bool) -> Iterator[dict[str, Any]]:
    """The history of one of the two ways."""
    if not back:
        yield line(*CREATED, parcel.placed_at, None)
    codes = HOME if back else THERE
    for event in events:
        if event.status in codes:
            yield line(*codes[event.status], event.at, event.reason)


def line(code: int, name: str, at: datetime, reason: str | None) -> dict[str, Any]:
    day, hour = written(at).split()
    told = {"createdDate": day, "createHour": hour, "statusCode": code, "statusName": name, "locateName": "Bưu cục thử"}
    return {**told, "reason": reason} if reason else told


def original(parcel: Parcel) -> str:
    return str(parcel.id)


def item_of(parcel: Parcel, back: bool) -> str:
    return tracking_number("NK", parcel.id) if back else parcel.item


def price(grams: int) -> int:
    return PRICES[0] + PRICES[1] * max(0, -(-grams // A_STEP) - 1)


def own_province(code: str) -> str:
    return str(100 + int(code))


def own_commune(code: str) -> str:
    return str(50_000 + int(code))


def read_commune(own: object) -> str:
    """The State's code of ours."""
    if not isinstance(own, str) or not own.isdecimal() or int(own) < 50_000:
        raise RefusedError("Mã phường/xã không hợp lệ")
    return f"{int(own) - 50_000:05d}"


def written(at: datetime) -> str:
    return at.astimezone(VIETNAM).strftime(TIME)


def read_time(text: object) -> datetime:
    try:
        return datetime.strptime(str(text), TIME).replace(tzinfo=VIETNAM)
    except ValueError:
        raise RefusedError("Ngày giờ không hợp lệ") from None
