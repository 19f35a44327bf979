"""The first system of another shape: GET with a key in a header, an envelope, ISO times with offset, English words.

Made up, as a province's own system might be: it shows that one is connected without code.
"""

from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.dossiers.dossier import Channel, Status
from bot.sandbox.agency.bureau import Bureau
from bot.sandbox.agency.faults import Manner
from bot.sandbox.agency.view import View
from bot.sandbox.agency.wire_shapes import is_key

STATES: Final[dict[Status, str]] = {
    "registered": "SUBMITTED",
    "received": "ACCEPTED",
    "rejected": "DECLINED",
    "processing": "IN_PROGRESS",
    "supplement": "NEEDS_PAPERS",
    "payment": "NEEDS_PAYMENT",
    "withdrawn": "WITHDRAWN",
    "stopped": "HALTED",
    "done": "COMPLETED",
    "returned": "HANDED_BACK",
}
NEW_STATE: Final = "ROUTED_ELSEWHERE"
CHANNELS: Final[dict[Channel, str]] = {"direct": "DIRECT", "online": "ONLINE", "post": "POSTAL"}


def shape1(bureau: Bureau) -> list[web.RouteDef]:
    """Below where it is mounted: /api/dossiers"""

    async def show(request: web.Request) -> web.Response:
        if not is_key(request.headers.get("X-API-Key")):
            return said("UNAUTHORIZED", "API key", None, status=401)
        manner = bureau.faults.manner()
        if manner.error_inside:
            return said("INTERNAL_ERROR", "try again later", None)
        seen = bureau.look(request.query.get("code", ""), "shape1")
        return said("OK", None, {"dossier": dossier(seen, manner)}) if seen else said("NOT_FOUND", "no dossier", None)

    return [web.get("/api/dossiers", show)]


def said(code: str, message: str | None, data: dict[str, Any] | None, status: int = 200) -> web.Response:
    return web.json_response({"code": code, "message": message, "data": data}, status=status)


def dossier(view: View, manner: Manner) -> dict[str, Any]:
    folder, holder, apology = view.folder, view.folder.holder, view.apology
    return {
        "number": folder.code,
        "state": NEW_STATE if manner.new_status else STATES[view.status],
        "stateName": view.stage.words,
        "procedure": {"code": folder.procedure, "title": folder.title},
        "office": {"name": folder.agency},
        "channel": CHANNELS[folder.channel],
        "times": {
            "received": manner.date(datetime.isoformat, whole(view.received)),
            "promised": manner.date(datetime.isoformat, manner.due(whole(view.received), view.due)),
            "finished": manner.date(datetime.isoformat, whole(view.finished)),
            "handedBack": manner.date(datetime.isoformat, whole(view.returned)),
        },
        "applicant": {"name": holder.name, "mobile": holder.phone, "citizenId": holder.identity},
        "history": [
            {
                "at": manner.date(datetime.isoformat, whole(told.at)),
                "text": told.stage.words,
                "department": told.stage.unit,
            }
            for told in view.past
        ],
        "request": request_of(view, manner),
        "note": view.reason,
        "apology": {"newPromise": manner.date(datetime.isoformat, apology[0]), "reason": apology[1]}
        if apology
        else None,
    }


def request_of(view: View, manner: Manner) -> dict[str, Any] | None:
    if not (wants := view.asks):
        return None
    return {
        "kind": "PAYMENT" if wants.status == "payment" else "SUPPLEMENT",
        "papers": list(wants.papers),
        "before": manner.date(datetime.isoformat, view.last.supply_by),
        "amount": wants.fee,
    }


def whole(moment: datetime | None) -> datetime | None:
    """Without the parts of a second."""
    return moment.replace(microsecond=0) if moment else None
