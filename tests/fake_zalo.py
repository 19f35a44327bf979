"""An Official Account over a real socket: OpenAPI and OAuth in one application, refusing what Zalo would refuse.

Shapes: CHANNELS §2.2 to §2.5. HTTP 200 whatever happens. Tokens die the moment they are renewed; refresh tokens are
good once. Nothing is limited unless it is asked for.
"""

import asyncio
import json
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from aiohttp import web
from aiohttp.web import FileField

APP, SECRET = "2553928453557884079", "app-s3cret"
OK = {"error": 0, "message": "Success"}
MESSAGES = {
    -32: "Your OA reached limit call api",
    -100: "attachment_id was expired",
    -213: "User has not followed OA",
    -216: "Access token is invalid",
    -220: "access_token is expired or removed",
    -230: "User has not interacted with the OA in the past 7 days",
}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MEGABYTE = 1024 * 1024
ENDINGS = (".pdf", ".doc", ".docx", ".csv")
BUTTONS = {"oa.open.url": dict, "oa.query.show": str, "oa.query.hide": str, "oa.open.phone": dict, "oa.open.sms": dict}


class RefusedError(Exception):
    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(code)
        self.answer = {"error": code, "message": message or MESSAGES.get(code, "told in the tests")}


def utcnow() -> datetime:
    return datetime.now(UTC)


@dataclass
class FakeZalo:
    now: Callable[[], datetime] = utcnow
    life: timedelta = timedelta(hours=25)
    expires_in: Any = None  # instead of what is true
    shown: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # user, message, in the order they came
    told: list[dict[str, Any]] = field(default_factory=list)  # templates
    uploads: dict[str, tuple[str, bytes, datetime]] = field(default_factory=dict)  # name of it, bytes, until
    called: list[str] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)  # the next messages and templates are answered so; 0: taken
    codes: dict[str, int] = field(default_factory=dict)  # by user: always
    breaks: list[str] = field(default_factory=list)  # the next calls: "cut", "page", "500", "half", "empty"
    oauth_breaks: list[str | int] = field(default_factory=list)  # the same of token calls; a number: refused with it
    away: bool = False  # nobody is reached
    heard: dict[str, datetime] = field(
        default_factory=dict
    )  # by user: their last word; who is not here may be told all
    silent: set[str] = field(default_factory=set)  # took away their following
    templates: dict[str, set[str]] = field(default_factory=dict)  # approved, and the names of what fills them
    limit: int | None = None  # calls a minute
    account_code: int = 0  # what a question about the account, or its quota, is answered
    quota_code: int = 0
    renewals: int = 0  # pairs given
    slow_token: float = 0.0  # seconds until a new pair is told
    on_message: Callable[[str], None] = lambda user: None  # called before each message is looked at
    buttons_taken: bool = True
    access: str = ""
    until: datetime = LONG_AGO
    refresh: set[str] = field(default_factory=set)  # good ones
    spent: list[str] = field(default_factory=list)  # refused refresh tokens
    minutes: dict[datetime, int] = field(default_factory=lambda: defaultdict(int))
    numbers: Any = field(default_factory=lambda: count(1))

    def application(self) -> web.Application:
        app = web.Application(client_max_size=20 * MEGABYTE)
        app.router.add_post("/v4/oa/access_token", self.give_token)
        app.router.add_post("/v3.0/oa/message/cs", self.guarded(self.take_message))
        app.router.add_post("/v3.0/oa/message/template", self.guarded(self.take_template))
        app.router.add_post("/v3.0/oa/quota/message", self.guarded(self.tell_quota))
        app.router.add_get("/v2.0/oa/getoa", self.guarded(self.tell_account))
        app.router.add_post("/v2.0/oa/upload/image", self.guarded(self.take_image))
        app.router.add_post("/v2.0/oa/upload/file", self.guarded(self.take_file))
        return app

    def consent(self) -> str:
        """An administrator consents: a refresh token, to be put into the settings. What was granted before stays."""
        token = f"refresh-{next(self.numbers)}"
        self.refresh.add(token)
        return token

    def revoke(self) -> None:
        """The account takes the app's rights away."""
        self.access, self.refresh = "", set()

    def texts(self, user: str) -> list[str]:
        return [message["text"] for one, message in self.shown if one == user and "text" in message]

    # --- OAuth

    async def give_token(self, request: web.Request) -> web.StreamResponse:
        self.called.append("token")
        form = {name: str(value) for name, value in (await request.post()).items()}
        if self.slow_token:
            await asyncio.sleep(self.slow_token)
        fault = "cut" if self.away else self.oauth_breaks.pop(0) if self.oauth_breaks else None
        if isinstance(fault, int):
            return web.json_response({"error": fault, "error_name": "told in the tests", "error_description": ""})
        if fault and fault != "lost":
            return await broken(request, fault)
        if request.content_type != "application/x-www-form-urlencoded" or form.get("grant_type") != "refresh_token":
            return web.json_response({"error": -14001, "error_name": "Invalid grant type"})
        if request.headers.get("secret_key") != SECRET or form.get("app_id") != APP:
            return web.json_response({"error": -14004, "error_name": "Invalid app"})
        token = form.get("refresh_token", "")
        if token not in self.refresh:
            self.spent.append(token)
            return web.json_response({"error": -14014, "error_name": "Invalid refresh token"})
        self.refresh.discard(token)
        self.renewals += 1
        self.access = f"access-{next(self.numbers)}"
        self.until = self.now() + self.life
        answer = {
            "access_token": self.access,
            "refresh_token": self.consent(),
            "expires_in": str(int(self.life.total_seconds())) if self.expires_in is None else self.expires_in,
        }
        if fault == "lost":  # it was done, and the answer never arrives
            return await broken(request, "cut")
        return web.json_response(answer)

    # --- OpenAPI

    def guarded(self, take: Callable[[web.Request], Any]) -> Callable[[web.Request], Any]:
        async def answer(request: web.Request) -> web.StreamResponse:
            self.called.append(request.path.rpartition("/oa/")[2])
            if self.away:
                return await broken(request, "cut")
            if self.breaks:
                return await broken(request, self.breaks.pop(0))
            headers: dict[str, str] = {}
            try:
                headers = self.count_call()
                self.check_token(request.headers.get("access_token", ""))
                said = {**OK, "data": await take(request)}
            except RefusedError as refused:
                said = refused.answer
            return web.json_response(said, headers=headers)

        return answer

    def count_call(self) -> dict[str, str]:
        if self.limit is None:
            return {}
        minute = self.now().replace(second=0, microsecond=0)
        if self.minutes[minute] >= self.limit:
            raise RefusedError(-32)
        self.minutes[minute] += 1
        remain = self.limit - self.minutes[minute]
        return {"X-RateLimit-Limit": str(self.limit), "X-RateLimit-Remain": str(remain)}

    def check_token(self, token: str) -> None:
        if not token or token != self.access:
            raise RefusedError(-216)
        if self.now() >= self.until:
            raise RefusedError(-220)

    async def take_message(self, request: web.Request) -> dict[str, Any]:
        body = await request.json()
        user, message = body["recipient"]["user_id"], body["message"]
        self.on_message(user)
        self.check_token(request.headers["access_token"])  # it may have died meanwhile
        self.refuse(user)
        heard = self.heard.get(user)
        if heard and self.now() - heard > timedelta(days=7):
            raise RefusedError(-230)
        self.check_message(message)
        self.shown.append((user, message))
        return {"message_id": f"m{next(self.numbers)}", "user_id": user, "sent_time": "1626926349402", "quota": {}}

    async def take_template(self, request: web.Request) -> dict[str, Any]:
        body = await request.json()
        self.refuse(body["user_id"])
        wanted = self.templates.get(body["template_id"])
        if wanted is None or set(body["template_data"]) != wanted or "tracking_id" in body:
            raise RefusedError(-109 if wanted is None else -132)
        if any(not isinstance(value, str) or not value for value in body["template_data"].values()):
            raise RefusedError(-132)
        self.told.append(body)
        return {"msg_id": f"m{next(self.numbers)}", "sent_time": "1626926349402", "quota": {}}

    def refuse(self, user: str) -> None:
        if self.refusals and (code := self.refusals.pop(0)):
            raise RefusedError(code)
        if user in self.silent:
            raise RefusedError(-213)
        if user in self.codes:
            raise RefusedError(self.codes[user])

    def check_message(self, message: dict[str, Any]) -> None:
        text = message.get("text", "")
        if len(text) > 2000 or unicodedata.normalize("NFC", text) != text:
            raise RefusedError(-210)
        attachment = message.get("attachment")
        if attachment is None:
            if not text.strip():
                raise RefusedError(-201, "message.text is invalid!")
        elif attachment["type"] == "file":
            self.check_upload(attachment["payload"]["token"])
        else:
            self.check_template(attachment["payload"], text)

    def check_template(self, payload: dict[str, Any], text: str) -> None:
        if "buttons" in payload:
            if not self.buttons_taken:
                raise RefusedError(-233)
            check_buttons(payload["buttons"], text)
            return
        (element,) = payload["elements"]
        match payload["template_type"]:
            case "media":
                self.check_upload(element["attachment_id"])
            case "request_user_info":
                if len(element["title"]) > 100 or len(element["subtitle"]) > 500 or not element["image_url"]:
                    raise RefusedError(-210)
            case _:
                raise RefusedError(-233)

    def check_upload(self, name: str) -> None:
        if name not in self.uploads or self.now() >= self.uploads[name][2]:
            raise RefusedError(-100)

    async def take_image(self, request: web.Request) -> dict[str, str]:
        return {"attachment_id": self.keep(await uploaded(request), (".jpg", ".jpeg", ".png"), MEGABYTE)}

    async def take_file(self, request: web.Request) -> dict[str, str]:
        return {"token": self.keep(await uploaded(request), ENDINGS, 5 * MEGABYTE)}

    def keep(self, file: tuple[str, bytes], endings: tuple[str, ...], most: int) -> str:
        name, body = file
        if not name.lower().endswith(endings) or not 0 < len(body) <= most:
            raise RefusedError(-201, "file is invalid!")
        token = f"upload-{next(self.numbers)}"
        self.uploads[token] = name, body, self.now() + timedelta(days=7)
        return token

    async def tell_account(self, request: web.Request) -> dict[str, Any]:
        if self.account_code:
            raise RefusedError(self.account_code)
        return {"oa_id": "1", "name": "UBND phường Đông Kinh", "oa_type": 4, "num_follower": 1200, "is_verified": True}

    async def tell_quota(self, request: web.Request) -> dict[str, Any]:
        if self.quota_code:
            raise RefusedError(self.quota_code)
        return {"asset": [{"quota_type": "sub_quota", "product_type": "cs", "total": 2000, "remain": 1980}]}


def check_buttons(buttons: list[dict[str, Any]], text: str) -> None:
    if not 1 <= len(buttons) <= 5 or not text.strip():
        raise RefusedError(-201, "buttons is invalid!")
    for button in buttons:
        if set(button) != {"title", "type", "payload"} or not isinstance(button["payload"], BUTTONS[button["type"]]):
            raise RefusedError(-201, "buttons is invalid!")
        if not 0 < len(button["title"]) <= 100 or len(str(button["payload"])) > 1000:
            raise RefusedError(-210)


async def uploaded(request: web.Request) -> tuple[str, bytes]:
    file = (await request.post())["file"]
    assert isinstance(file, FileField)
    return file.filename, file.file.read()


async def broken(request: web.Request, how: str) -> web.StreamResponse:
    """What no answer should be: the connection cut, a page of a proxy, half an answer, none, an error of the server."""
    match how:
        case "cut":
            assert request.transport
            request.transport.close()
            return web.Response()
        case "page":
            return web.Response(text="<html>502 Bad Gateway</html>", content_type="text/html", status=502)
        case "half":
            return web.Response(text=json.dumps(OK)[:-4], content_type="application/json")
        case "empty":
            return web.json_response({})
    return web.json_response({"error": -1, "message": "internal"}, status=int(how))
