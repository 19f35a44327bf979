"""The third system of another shape: the code in the path, flat Vietnamese keys, milliseconds, 404. Made up."""

from base64 import b64encode
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.dossiers.dossier import Channel, Status
from bot.sandbox.agency.bureau import Bureau
from bot.sandbox.agency.faults import Manner
from bot.sandbox.agency.view import View
from bot.sandbox.wire_tokens import Key

STATUSES: Final[dict[Status, str]] = {
    "registered": "moi_dang_ky",
    "received": "duoc_tiep_nhan",
    "rejected": "khong_tiep_nhan",
    "processing": "dang_xu_ly",
    "supplement": "cho_bo_sung",
    "payment": "cho_nop_tien",
    "withdrawn": "da_rut",
    "stopped": "dung_xu_ly",
    "done": "da_xong",
    "returned": "da_tra",
}
NEW_STATUS: Final = "luan_chuyen"
CHANNELS: Final[dict[Channel, str]] = {"direct": "truc_tiep", "online": "truc_tuyen", "post": "buu_chinh"}


def shape3(bureau: Bureau, key: Key) -> list[web.RouteDef]:
    """Below where it is mounted: /v1/{code}"""
    basic = f"Basic {b64encode(f'{key.key}:{key.secret}'.encode()).decode()}"

    async def show(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != basic:
            return web.json_response({"thong_bao": "Chưa xác thực"}, status=401)
        manner = bureau.faults.manner()
        if manner.error_inside:
            return web.json_response({"loi": "Hệ thống bận"})
        if seen := bureau.look(request.match_info["code"], "shape3"):
            return web.json_response(dossier(seen, manner))
        return web.json_response({"thong_bao": "Không tìm thấy hồ sơ"}, status=404)

    return [web.get("/v1/{code}", show)]


def dossier(view: View, manner: Manner) -> dict[str, Any]:
    folder, wants = view.folder, view.asks
    again, excuse = view.apology or (None, None)
    return {
        "ma_ho_so": folder.code,
        "trang_thai": NEW_STATUS if manner.new_status else STATUSES[view.status],
        "ten_trang_thai": view.stage.words,
        "ma_thu_tuc": folder.procedure,
        "ten_thu_tuc": folder.title,
        "co_quan": folder.agency,
        "kenh": CHANNELS[folder.channel],
        "ngay_tiep_nhan": manner.date(milliseconds, view.received),
        "ngay_hen_tra": manner.date(milliseconds, manner.due(view.received, view.due)),
        "ngay_xong": manner.date(milliseconds, view.finished),
        "ngay_tra": manner.date(milliseconds, view.returned),
        "chu_ho_so": folder.holder.name,
        "so_dien_thoai": folder.holder.phone,
        "so_dinh_danh": folder.holder.identity,
        "ly_do": view.reason,
        "giay_to_bo_sung": "; ".join(wants.papers) or None if wants else None,
        "han_bo_sung": manner.date(milliseconds, view.last.supply_by) if wants else None,
        "so_tien": wants.fee if wants else None,
        "ngay_hen_moi": manner.date(milliseconds, again),
        "ly_do_xin_loi": excuse,
        "qua_trinh": [
            {"luc": manner.date(milliseconds, told.at), "viec": told.stage.words, "phong": told.stage.unit}
            for told in view.past
        ],
    }


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
