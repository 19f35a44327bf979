"""The pretend portal's synchronisation format: service TraCuuHoSo, names of DOMAIN §2.3, dates yyyyMMddHHmmss.

Known from clients in use: the body with session, madonvi, service, mahoso; error_code and result of the answer. Made
up: /login and /chiase, that an old session is a 401, and that the progress comes in the same answer, as TienDoXuLy.
"""

import json
from datetime import datetime
from hmac import compare_digest
from secrets import token_urlsafe
from time import monotonic
from typing import Any, Final

from aiohttp import web

from bot.dossiers.dossier import Channel, Status
from bot.sandbox.agency.bureau import Bureau
from bot.sandbox.agency.faults import Manner
from bot.sandbox.agency.view import View
from bot.sandbox.agency.way import Told
from bot.sandbox.wire_tokens import WireTokens

STATUSES: Final[dict[Status, str]] = {
    "registered": "1",
    "received": "2",
    "rejected": "3",
    "processing": "4",
    "supplement": "5",
    "payment": "6",
    "withdrawn": "7",
    "stopped": "8",
    "done": "9",
    "returned": "10",
}
NEW_STATUS: Final = "77"
CHANNELS: Final[dict[Channel, str]] = {"direct": "1", "online": "2", "post": "3"}
OFFICER: Final = "Cán bộ Giả Định"  # real ones name a person here


def portal(bureau: Bureau, tokens: WireTokens) -> list[web.RouteDef]:
    """Below where it is mounted."""

    async def login(request: web.Request) -> web.Response:
        asks, key = await body_of(request), tokens.key
        told = [str(asks.get(name)).encode() for name in ("username", "password")]
        if not all(map(compare_digest, told, (key.key.encode(), key.secret.encode()))):
            return web.json_response({"error_code": "01", "error_message": "Sai tài khoản"}, status=401)
        tokens.given[session := token_urlsafe(24)] = monotonic() + tokens.life
        return web.json_response({"error_code": "00", "session": session})

    async def share(request: web.Request) -> web.Response:
        asks = await body_of(request)
        if not tokens.is_good(str(asks.get("session"))):
            return web.json_response({"error_code": "02", "error_message": "Phiên không hợp lệ"}, status=401)
        if asks.get("service") != "TraCuuHoSo" or asks.get("madonvi") != tokens.key.customer:
            return said("03", "Dịch vụ hoặc đơn vị không hợp lệ", None)
        manner = bureau.faults.manner()
        if manner.error_inside:
            return said("99", "Lỗi hệ thống", None)
        seen = bureau.look(str(asks.get("mahoso")), "portal")
        return said("00", "", [dossier(seen, manner)] if seen else [])

    return [web.post("/login", login), web.post("/chiase", share)]


async def body_of(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def said(code: str, message: str, result: list[dict[str, Any]] | None) -> web.Response:
    return web.json_response({"error_code": code, "error_message": message, "result": result})


def dossier(view: View, manner: Manner) -> dict[str, Any]:
    folder = view.folder
    return {
        "MaHoSo": folder.code,
        "MaTTHC": folder.procedure,
        "TenTTHC": folder.title,
        "MaLinhVuc": "",
        "TenLinhVuc": "",
        "SoBienNhan": folder.code,
        "KenhThucHien": CHANNELS[folder.channel],
        "TrichYeuHoSo": folder.title,
        "TrangThaiHoSo": NEW_STATUS if manner.new_status else STATUSES[view.status],
        "DonViXuLy": folder.agency,
        "GhiChu": view.reason or "",
        "TaiLieuNop": [],
        "DanhSachGiayToKetQua": [],
        **owner(view),
        **dates(view, manner),
        "DanhSachLePhi": fees(view),
        "DanhSachHoSoBoSung": supplements(view, manner),
        "TienDoXuLy": [progress(view, told, manner) for told in view.past],
    }


def owner(view: View) -> dict[str, Any]:
    holder = view.folder.holder
    identity = [{"LoaiDinhDanh": "1", "SoDinhDanh": holder.identity}] if holder.identity else []
    told = {"ChuHoSo": holder.name, "LoaiDoiTuong": "1", "MaDoiTuong": "", "Email": "", "SoDienThoai": holder.phone}
    return {**told, "DinhDanhCHS": identity}


def dates(view: View, manner: Manner) -> dict[str, Any]:
    again, excuse = view.apology or (None, None)
    return {
        "NgayTiepNhan": day(manner, view.received),
        "NgayHenTra": day(manner, manner.due(view.received, view.due)),
        "NgayTra": day(manner, view.returned),
        "NgayKetThucXuLy": day(manner, view.finished),
        "ThongTinTra": "",
        "HinhThuc": "0",
        "NgayHenTraMoi": day(manner, again),
        "LyDoTreHan": excuse or "",
    }


def fees(view: View) -> list[dict[str, str]]:
    if not (view.asks and view.asks.fee):
        return []
    told = {"TenPhiLePhi": "Lệ phí", "MaPhiLePhi": "", "HinhThucThu": "1", "LoaiPhiLePhi": "2"}
    return [{**told, "Gia": str(view.asks.fee)}]


def supplements(view: View, manner: Manner) -> list[dict[str, Any]]:
    return [
        {
            "HoSoBoSungId": str(told.index),
            "NoiDungBoSung": told.stage.reason or "",
            "NgayBoSung": day(manner, told.at),
            "ThoiHanBoSung": day(manner, told.supply_by),
            "TrangThaiBoSung": "0" if told is view.last else "1",
            "DanhSachGiayToBoSung": [{"TenGiayTo": paper} for paper in told.stage.papers],
        }
        for told in view.past
        if told.stage.status == "supplement"
    ]


def progress(view: View, told: Told, manner: Manner) -> dict[str, Any]:
    return {
        "MaHoSo": view.folder.code,
        "NguoiXuLy": OFFICER,
        "ChucDanh": "Chuyên viên",
        "ThoiDiemXuLy": day(manner, told.at),
        "PhongBanXuLy": told.stage.unit,
        "NoiDungXuLy": told.stage.words,
        "TrangThai": STATUSES[told.stage.status],
        "NgayBatDau": day(manner, told.at),
        "NgayKetThucTheoQuyDinh": day(manner, told.due),
    }


def day(manner: Manner, moment: datetime | None) -> Any:
    return "" if moment is None else manner.date(lambda local: local.strftime("%Y%m%d%H%M%S"), moment)
