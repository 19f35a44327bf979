"""The pretend VNPT iGate: /pa/dossier/search behind a token of Keycloak, as clients in use read it (DOMAIN §3.5).

Statuses are known by their names; the numbers beside them are made up, and so are `reason`, `additionalPapers`,
`additionalDueDate`, `fee` and `apology`: no client shows how a real one tells these.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import md5
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
from bot.sandbox.wire_ngsp import bearer
from bot.sandbox.wire_tokens import WireTokens

TOKEN = "/auth/realms/digo/protocol/openid-connect/token"  # noqa: S105  # a path
VIETNAMESE = 228  # languageId
STATUSES: Final[dict[Status, tuple[int, str]]] = {
    "registered": (0, "Mới đăng ký"),
    "received": (2, "Được tiếp nhận"),
    "rejected": (12, "Không được tiếp nhận"),
    "processing": (3, "Đang xử lý"),
    "supplement": (1, "Yêu cầu bổ sung giấy tờ"),
    "payment": (15, "Yêu cầu thực hiện nghĩa vụ tài chính"),
    "withdrawn": (6, "Công dân yêu cầu rút hồ sơ"),
    "stopped": (13, "Dừng xử lý"),
    "done": (4, "Đã xử lý xong"),
    "returned": (5, "Đã trả kết quả"),
}
NEW_STATUS: Final = (77, "Đang luân chuyển liên thông")
CHANNELS: Final[dict[Channel, tuple[int, str]]] = {
    "online": (0, "Trực tuyến"),
    "direct": (1, "Trực tiếp"),
    "post": (2, "Bưu chính công ích"),
}
OFFICER: Final = "Cán bộ Giả Định"  # real ones name a person here


def igate(bureau: Bureau, tokens: WireTokens) -> list[web.RouteDef]:
    """Below where it is mounted."""

    async def search(request: web.Request) -> web.Response:
        if not tokens.is_good(bearer(request)):
            return web.json_response({"error": "invalid_token"}, status=401)
        if not (code := request.query.get("code")):
            return web.json_response({"error": "Bad Request", "message": "code"}, status=400)
        manner = bureau.faults.manner()
        if manner.error_inside:
            return web.json_response({"error": "Internal Server Error", "message": "timeout", "content": None})
        seen = bureau.look(code, "igate")
        found = [seen] if seen and is_owner(seen, request.query.get("identity-number")) else []
        return web.json_response(sliced([dossier(one, manner) for one in found]))

    async def token(request: web.Request) -> web.Response:
        return await given(request, tokens)

    return [web.post(TOKEN, token), web.get("/pa/dossier/search", search)]


async def given(request: web.Request, tokens: WireTokens) -> web.Response:
    """By client_credentials, with the secret in the form or as Basic, or by password."""
    form = {name: str(value) for name, value in (await request.post()).items()}
    if "Authorization" in request.headers:
        return await tokens.give(request)
    key = tokens.key
    secret = {"client_credentials": "client_secret", "password": "password"}.get(form.get("grant_type", ""), "")
    who = form.get("username" if secret == "password" else "client_id", "")  # noqa: S105  # the name of a field
    told = (who.encode(), form.get(secret, "").encode())
    if not secret or not all(map(compare_digest, told, (key.key.encode(), key.secret.encode()))):
        return web.json_response({"error": "invalid_client"}, status=401)
    tokens.given[made := token_urlsafe(24)] = monotonic() + tokens.life
    return web.json_response({"access_token": made, "token_type": "Bearer", "expires_in": tokens.life})


def is_owner(view: View, identity: str | None) -> bool:
    """Who asks with a number must know it, where there is one."""
    return not identity or view.folder.holder.identity in (None, identity)


def sliced(content: list[dict[str, Any]]) -> dict[str, Any]:
    count = len(content)
    page = {"first": True, "last": True, "size": 10, "number": 0, "numberOfElements": count, "empty": not count}
    return {"content": content, **page}


def dossier(view: View, manner: Manner) -> dict[str, Any]:
    folder = view.folder
    number, name = NEW_STATUS if manner.new_status else STATUSES[view.status]
    tasks = [task(view, told, manner) for told in view.past]
    method, method_name = CHANNELS[folder.channel]
    return {
        "id": made_id(folder.code),
        "code": folder.code,
        "nationCode": folder.code,
        "applicant": {"data": applicant(view)},
        "procedure": {
            "id": made_id(folder.procedure),
            "code": folder.procedure,
            "translate": [{"languageId": VIETNAMESE, "name": folder.title}],
        },
        "agency": {"id": made_id(folder.agency), "code": "", "name": folder.agency},
        "dossierStatus": {"id": number, "name": name},
        "dossierTaskStatus": {"id": made_id(name), "name": name},
        "statusCurrentTask": view.stage.words,
        "applyMethod": {"id": method, "name": method_name},
        **dates(view, manner),
        "accepter": {"fullname": OFFICER},
        "task": tasks,
        "currentTask": tasks[-1:],
        **asked(view, manner),
    }


def applicant(view: View) -> dict[str, str | None]:
    holder = view.folder.holder
    return {"fullname": holder.name, "phoneNumber": holder.phone, "identityNumber": holder.identity}


def dates(view: View, manner: Manner) -> dict[str, Any]:
    return {
        "appliedDate": manner.date(written, view.filed),
        "acceptedDate": manner.date(written, view.received),
        "appointmentDate": manner.date(written, manner.due(view.received, view.due)),
        "completedDate": manner.date(written, view.finished),
        "returnedDate": manner.date(written, view.returned),
    }


def asked(view: View, manner: Manner) -> Mapping[str, Any]:
    """What is waited for, and what is excused."""
    wants, apology = view.asks, view.apology
    excuse = {"appointmentDate": manner.date(written, apology[0]), "reason": apology[1]} if apology else None
    return {
        "reason": view.reason,
        "additionalPapers": list(wants.papers) if wants else [],
        "additionalDueDate": manner.date(written, view.last.supply_by) if wants else None,
        "fee": wants.fee if wants else None,
        "apology": excuse,
    }


def task(view: View, told: Told, manner: Manner) -> dict[str, Any]:
    return {
        "id": made_id(f"{view.folder.code}{told.course}{told.index}"),
        "assignee": {"fullname": OFFICER},
        "agency": {"name": [{"languageId": VIETNAMESE, "name": told.stage.unit}]},
        "bpmProcessDefinitionTask": {"name": {"name": told.stage.words}},
        "createdDate": manner.date(written, told.at),
        "isCurrent": int(told is view.last),
    }


def written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}{moment:%z}"


def made_id(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()[:24]
