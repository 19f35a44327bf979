"""The far ends of the channels: as much of Telegram's and Zalo's servers as one citizen's questions need.

They take their time, and remember what they showed, in which order. They may be told to hold on: what is on its way
then is not shown, and never will be when whoever sent it dies before they go on.
"""

import asyncio
import hmac
import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from random import Random
from typing import Any, Protocol

from aiohttp import web

TOKEN = "7:secret"
ME = {"id": 1, "is_bot": True, "first_name": "Nối Dài", "username": "noidai_bot"}
APP, SECRET, OA_SECRET, REFRESH = "2553928453557884079", "app-secret", "oa-secret", "refresh-0"
FIRST_CHAT = 1000
SHOWING = "/v3.0/oa/message/cs"


@dataclass
class Shown:
    """The first line of each message, by chat, in the order they came.

    A long answer comes in several messages, of which the first begins with a title.
    """

    rng: Random
    slowest: float  # seconds until it is shown
    titles: Collection[str]
    lines: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0
    answers: int = 0  # of which at least the beginning is shown
    going: asyncio.Event = field(default_factory=asyncio.Event)
    held: int = 0  # answers on their way, while we hold on
    lives: int = 0  # of the service, that ended while we held on

    def __post_init__(self) -> None:
        self.going.set()

    def hold(self) -> None:
        self.going.clear()

    def go_on(self) -> None:
        if not self.going.is_set():
            self.lives += 1
            self.going.set()

    async def show(self, chat: str, words: str) -> bool:
        """False: it was held, and nobody is there any more who wants it shown."""
        life = self.lives
        line = words.split("\n")[0]
        await asyncio.sleep(self.rng.uniform(0, self.slowest))
        if line in self.titles:  # what has begun goes on
            self.held += 1
            await self.going.wait()
            self.held -= 1
            if life != self.lives:
                return False
            self.answers += 1
        self.lines.setdefault(chat, []).append(line)
        self.count += 1
        return True


class End(Protocol):
    """`update`: the arguments of a POST to the service that brings this question."""

    name: str
    shown: Shown

    def application(self) -> web.Application: ...

    def settings(self, address: str) -> Mapping[str, str]: ...

    @property
    def is_ready(self) -> bool: ...

    def update(self, chat: int, number: int, words: str) -> Mapping[str, Any]: ...

    def key(self, chat: int, number: int) -> str: ...


def chat_of(number: int) -> str:
    return str(FIRST_CHAT + number)


@dataclass
class TelegramEnd:
    shown: Shown
    chats: int
    name: str = "telegram"
    hook: dict[str, Any] = field(default_factory=dict)

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post(f"/bot{TOKEN}/{{method}}", self.answer)
        return app

    def settings(self, address: str) -> Mapping[str, str]:
        return {
            "NOIDAI_TELEGRAM_TOKEN": TOKEN,
            "NOIDAI_TELEGRAM_MODE": "webhook",
            "NOIDAI_TELEGRAM_API": address,
            "NOIDAI_TELEGRAM_A_SECOND": "1000",  # a chat is still written to once a second
            "NOIDAI_PUBLIC_URL": "https://bot.example",
        }

    @property
    def is_ready(self) -> bool:
        return bool(self.hook)

    def update(self, chat: int, number: int, words: str) -> Mapping[str, Any]:
        person = {"id": FIRST_CHAT + chat, "is_bot": False, "first_name": "Mai", "language_code": "vi"}
        told = {
            "message_id": number + 1,
            "date": 1_795_000_000 + number,
            "from": person,
            "chat": {"id": FIRST_CHAT + chat, "type": "private", "first_name": "Mai"},
            "text": words,
        }
        headers = {"X-Telegram-Bot-Api-Secret-Token": str(self.hook["secret_token"])}
        path = "/" + str(self.hook["url"]).split("/", 3)[3]
        return {"path": path, "json": {"update_id": int(self.key(chat, number)), "message": told}, "headers": headers}

    def key(self, chat: int, number: int) -> str:
        return str(1 + number * self.chats + chat)

    async def answer(self, request: web.Request) -> web.Response:
        given = await request.json() if request.can_read_body else {}
        match request.match_info["method"]:
            case "getMe":
                return result(ME)
            case "setWebhook":
                self.hook = given
                return result(True)
            case "getWebhookInfo":
                allowed = self.hook.get("allowed_updates", [])
                info = {"url": self.hook.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}
                connections = {"max_connections": self.hook.get("max_connections", 40), "allowed_updates": allowed}
                return result({**info, **connections})
            case "sendMessage":
                chat, text = str(given["chat_id"]), unescape(str(given["text"])).replace("<b>", "").replace("</b>", "")
                if not await self.shown.show(chat, text):
                    return web.Response(status=500)
                said = {"message_id": self.shown.count, "date": 1, "chat": {"id": int(chat), "type": "private"}}
                return result({**said, "text": text})
            case "getMyCommands":
                return result([])
            case "getMyDescription":
                return result({"description": ""})
            case "getMyShortDescription":
                return result({"short_description": ""})
        return result(True)


@dataclass
class ZaloEnd:
    shown: Shown
    name: str = "zalo"
    access: str = "access-0"
    refresh: str = REFRESH
    renewals: int = 0
    bodies: dict[tuple[int, int], bytes] = field(default_factory=dict)  # what is sent again is the same event
    moments: dict[int, int] = field(default_factory=dict)  # by chat: of its last event, in milliseconds

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/v4/oa/access_token", self.give_token)
        app.router.add_post(SHOWING, self.take)
        app.router.add_route("*", "/{rest:.*}", self.other)
        return app

    def settings(self, address: str) -> Mapping[str, str]:
        return {
            "NOIDAI_ZALO_APP_ID": APP,
            "NOIDAI_ZALO_APP_SECRET": SECRET,
            "NOIDAI_ZALO_OA_SECRET": OA_SECRET,
            "NOIDAI_ZALO_REFRESH_TOKEN": REFRESH,
            "NOIDAI_ZALO_A_MINUTE": "1000000",
            "NOIDAI_ZALO_API": address,
            "NOIDAI_ZALO_OAUTH": address,
        }

    @property
    def is_ready(self) -> bool:
        return True

    def update(self, chat: int, number: int, words: str) -> Mapping[str, Any]:
        body = self.bodies.get((chat, number)) or self._event(chat, number, words)
        self.bodies[chat, number] = body
        stamp = json.loads(body)["timestamp"]
        mac = sha256(APP.encode() + body + stamp.encode() + OA_SECRET.encode()).hexdigest()
        headers = {"X-ZEvent-Signature": f"mac={mac}", "Content-Type": "application/json"}
        return {"path": "/zalo/webhook", "data": body, "headers": headers}

    def key(self, chat: int, number: int) -> str:
        return f"m{chat}-{number}"

    def _event(self, chat: int, number: int, words: str) -> bytes:
        at = self.moments[chat] = max(int(time.time() * 1000), self.moments.get(chat, 0) + 1)
        event = {
            "app_id": APP,
            "sender": {"id": chat_of(chat)},
            "recipient": {"id": "3662729599332560487"},
            "event_name": "user_send_text",
            "message": {"msg_id": self.key(chat, number), "text": words},
            "timestamp": str(at),
            "user_id_by_app": "979122185046046317",
        }
        return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()

    async def give_token(self, request: web.Request) -> web.Response:
        """The refresh token is good once."""
        given = await request.post()
        if not hmac.compare_digest(str(given.get("refresh_token")), self.refresh):
            return web.json_response({"error": -14014, "error_name": "Invalid refresh token"})
        self.renewals += 1
        self.access, self.refresh = f"access-{self.renewals}", f"refresh-{self.renewals}"
        return web.json_response({"access_token": self.access, "refresh_token": self.refresh, "expires_in": "90000"})

    async def take(self, request: web.Request) -> web.Response:
        if request.headers.get("access_token") != self.access:
            return web.json_response({"error": -216, "message": "Access token is invalid"})
        body = await request.json()
        chat, message = body["recipient"]["user_id"], body["message"]
        if not await self.shown.show(chat, message.get("text", "")):
            return web.Response(status=500)
        return web.json_response({"error": 0, "message": "Success", "data": {"message_id": f"a{self.shown.count}"}})

    async def other(self, _: web.Request) -> web.Response:
        return web.json_response({"error": 0, "message": "Success", "data": {}})


def result(value: object) -> web.Response:
    return web.json_response({"ok": True, "result": value})
