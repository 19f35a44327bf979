"""The second system of another shape: a POST form for several codes, a list, dates dd/mm/yyyy HH:mm, numbers.

Made up; names of fields are those of an OpenCPS (DOMAIN §2.2) where it has them.
"""

from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.dossiers.dossier import Channel, Status
from bot.sandbox.agency.bureau import Bureau
from bot.sandbox.agency.faults import Manner
from bot.sandbox.agency.view import View
from bot.sandbox.agency.wire_shapes import is_key

MOST: Final = 20  # codes in one call
STATUSES: Final[dict[Status, int]] = {
    "registered": 1,
    "received": 2,
    "rejected": 3,
    "processing": 4,
    "supplement": 5,
    "payment": 6,
    "withdrawn": 7,
    "stopped": 8,
    "done": 9,
    "returned": 10,
}
NEW_STATUS: Final = 77
CHANNELS: Final[dict[Channel, int]] = {"direct": 1, "online": 2, "post": 3}


def shape2(bureau: Bureau) -> list[web.RouteDef]:
    """Below where it is mounted: /tracuu"""

    async def look_up(request: web.Request) -> web.Response:
        form = await request.post()
        if not is_key(form.get("khoa")):
            return said(403, "Khóa không hợp lệ", [], status=403)
        codes = [code for code in str(form.get("ma_ho_so", "")).split(",") if code.strip()]
        if not 0 < len(codes) <= MOST:
            return said(400, f"Từ 1 đến {MOST} mã", [], status=400)
        manner = bureau.faults.manner()
        if manner.error_inside:
            return said(500, "Lỗi hệ thống", [])
        seen = (bureau.look(code, "shape2") for code in codes)
        return said(0, "", [dossier(one, manner) for one in seen if one])

    return [web.post("/tracuu", look_up)]


def said(error: int, message: str, result: list[dict[str, Any]], status: int = 200) -> web.Response:
    return web.json_response({"error": error, "message": message, "result": result}, status=status)


def dossier(view: View, manner: Manner) -> dict[str, Any]:
    folder, wants = view.folder, view.asks
    again, excuse = view.apology or (None, None)
    return {
        "dossierNo": folder.code,
        "dossierStatus": NEW_STATUS if manner.new_status else STATUSES[view.status],
        "dossierStatusText": view.stage.words,
        "serviceCode": folder.procedure,
        "serviceName": folder.title,
        "govAgencyName": folder.agency,
        "channel": CHANNELS[folder.channel],
        "receiveDate": day(manner, view.received),
        "dueDate": day(manner, manner.due(view.received, view.due)),
        "finishDate": day(manner, view.finished),
        "releaseDate": day(manner, view.returned),
        "applicantName": folder.holder.name,
        "contactTelNo": folder.holder.phone,
        "applicantIdNo": folder.holder.identity or "",
        "note": view.reason or "",
        "supplement": [{"name": paper} for paper in wants.papers] if wants else [],
        "supplementDue": day(manner, view.last.supply_by) if wants else "",
        "fee": str(wants.fee) if wants and wants.fee else "",
        "extendDate": day(manner, again),
        "extendReason": excuse or "",
        "logs": [
            {"ngay": day(manner, told.at), "noidung": told.stage.words, "phongban": told.stage.unit}
            for told in view.past
        ],
    }


def day(manner: Manner, moment: datetime | None) -> Any:
    return "" if moment is None else manner.date(lambda local: local.strftime("%d/%m/%Y %H:%M"), moment)
