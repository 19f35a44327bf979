"""Stands between the bot and a peer: passes on, writes down, and mends what the peer lacks (README.md says what)."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web
from yarl import URL

from tests.peers.calls import Call, call_in

BOT = {"id": 666, "is_bot": True, "first_name": "Nối Dài", "username": "noidai_bot", "supports_inline_queries": True}
SECRET = "X-Telegram-Bot-Api-Secret-Token"
FILE_SIZE = 20_000_000
SOME_FILE = {"file_id": "sent", "file_unique_id": "sent"}
POLL = 0.05  # seconds between two looks at a peer that does not wait

ECHOED = ("message_id", "date", "chat", "text", "reply_markup")  # of a message that telegram-test-api took

# Neither peer knows them; what Telegram answers.
NOBODY_KNOWS: Mapping[str, Any] = {
    "setMyCommands": True,
    "setMyDescription": True,
    "setMyShortDescription": True,
    "getMyCommands": [],
    "getMyDescription": {"description": ""},
    "getMyShortDescription": {"short_description": ""},
}


@dataclass
class Front:
    """`session`: to the peer and to the bot. `calls`: all that the bot asked for, in order."""

    session: ClientSession
    peer: str
    calls: list[Call] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)  # by file_id, where the peer keeps none

    def application(self) -> web.Application:
        app = web.Application(client_max_size=FILE_SIZE)
        app.router.add_route("*", "/bot{token}/{method}", self.answer)
        app.router.add_get("/file/bot{token}/{path:.*}", self.give)
        return app

    async def answer(self, request: web.Request) -> web.Response:
        call = await call_in(request)
        self.calls.append(call)
        return web.json_response(await self.answered(request.match_info["token"], call))

    async def answered(self, token: str, call: Call) -> Any:
        if call.method in NOBODY_KNOWS:
            return ok(NOBODY_KNOWS[call.method])
        return await self.passed_on(token, call)

    async def passed_on(self, token: str, call: Call) -> Any:
        async with self.session.post(f"{self.peer}/bot{token}/{call.method}", data=dict(call.given)) as answer:
            return await answer.json()

    async def give(self, request: web.Request) -> web.Response:
        """A file the bot fetches."""
        async with self.session.get(f"{self.peer}{request.path}") as answer:
            return web.Response(status=answer.status, body=await answer.read())

    def sent(self, method: str, chat: int) -> list[Call]:
        return [call for call in self.calls if call.method == method and call.chat == chat]


@dataclass
class TelemelyaFront(Front):
    """Telegram's address for the bot, and the bot's for telemelya.

    To the bot it is what a proxy with TLS is in front of it: the bot registers its public https address, and what is
    called there is passed on to where it listens.
    """

    bot: str = ""  # where it listens
    own: str = ""  # where we listen
    hook: dict[str, Any] = field(default_factory=lambda: {"url": ""})  # as the bot registered it
    secret: str | None = None  # what it told Telegram to send
    token: str = ""
    shown: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)  # the bot's messages, by chat and number
    statuses: list[int] = field(default_factory=list)  # what the bot answered to updates

    def application(self) -> web.Application:
        app = super().application()
        app.router.add_post("/called{path:/.*}", self.call_the_bot)
        return app

    async def answered(self, token: str, call: Call) -> Any:
        match call.method:
            case "setWebhook":
                return await self.registered(token, call)
            case "getWebhookInfo":
                return ok({**self.hook, "has_custom_certificate": False, "pending_update_count": 0})
            case "sendDocument":
                return ok(message_of(call, 1_000_000 + len(self.calls), document=SOME_FILE))
        answer = await super().answered(token, call)
        if isinstance(answer.get("result"), dict) and "message_id" in answer["result"]:
            self.shown[key_of(answer["result"])] = answer["result"]
        return answer

    async def registered(self, token: str, call: Call) -> Any:
        """telemelya calls us, and we call the bot, by what stands behind the host in its address."""
        self.token = token
        behind = URL(call.given["url"]).raw_path_qs
        answer = await self.passed_on(token, Call(call.method, {"url": f"{self.own}/called{behind}"}))
        self.secret = call.given.get("secret_token")
        self.hook = {"url": call.given["url"]}
        self.hook |= {name: call.read(name) for name in ("max_connections", "allowed_updates")}
        return answer

    async def call_the_bot(self, request: web.Request) -> web.Response:
        header = {SECRET: self.secret} if self.secret else {}
        where = self.bot + request.raw_path.removeprefix("/called")
        async with self.session.post(where, json=self.mended(await request.json()), headers=header) as answer:
            self.statuses.append(answer.status)
            if answer.content_type == "application/json":
                await self.called_in_answer(await answer.json())
            return web.Response(status=answer.status)

    async def called_in_answer(self, said: dict[str, Any]) -> None:
        """Telegram takes a call of the Bot API from the answer to an update; telemelya does not."""
        call = Call(said.pop("method"), {k: v if isinstance(v, str) else json.dumps(v) for k, v in said.items()})
        self.calls.append(call)
        await self.answered(self.token, call)

    def mended(self, update: dict[str, Any]) -> dict[str, Any]:
        """A photo has no text beside it, and who taps, taps a message of the bot."""
        message = update.get("message", {})
        if message.get("photo") and not message.get("text"):
            del message["text"]
        if query := update.get("callback_query"):
            query["message"] = self.shown.get(key_of(query["message"]), query["message"])
        return update


@dataclass
class PolledFront(Front):
    """Telegram's address for a bot that polls; telegram-test-api is behind it."""

    waiting: list[dict[str, Any]] = field(default_factory=list)  # updates not confirmed yet
    shown: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)  # the bot's messages, by chat and number

    async def answered(self, token: str, call: Call) -> Any:
        match call.method:
            case "getMe":
                return ok(BOT)
            case "getUpdates":
                return ok(await self.updates(token, call))
            case "getWebhookInfo":
                return ok({"url": "", "has_custom_certificate": False, "pending_update_count": len(self.waiting)})
            case "sendDocument":
                return ok(message_of(call, 1_000_000 + len(self.calls), document=SOME_FILE))
            case "getFile":
                file = call.given["file_id"]
                return ok({"file_id": file, "file_unique_id": file, "file_path": file})
        answer = await super().answered(token, call)
        return self.mended(call, answer) if answer.get("ok") else answer

    async def updates(self, token: str, call: Call) -> list[dict[str, Any]]:
        """Those from `offset` on, as soon as there are any; what is before it was received and is dropped."""
        until = time.monotonic() + (call.read("timeout") or 0)
        self.waiting = [update for update in self.waiting if update["update_id"] >= (call.read("offset") or 0)]
        while True:
            answer = await self.passed_on(token, Call("getUpdates"))
            self.waiting += [whole(update) for update in answer["result"]]
            if self.waiting or time.monotonic() > until:
                return self.waiting
            await asyncio.sleep(POLL)

    def mended(self, call: Call, answer: Any) -> Any:
        result = answer["result"]
        if call.method == "sendMessage":
            result = {name: result[name] for name in ECHOED if result.get(name)}
            result["date"] //= 1000
            self.shown[key_of(result)] = result
        elif call.method == "editMessageText":
            result = self.shown[call.chat, call.read("message_id")]
            result |= {"text": call.text, "reply_markup": call.read("reply_markup"), "edit_date": int(time.time())}
        return ok(True if result is None else result)

    async def give(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["path"]])


def whole(update: dict[str, Any]) -> dict[str, Any]:
    if query := update.get("callback_query"):
        query.setdefault("chat_instance", "1")
    return update


def key_of(message: dict[str, Any]) -> tuple[int, int]:
    return message["chat"]["id"], message["message_id"]


def message_of(call: Call, number: int, **content: Any) -> dict[str, Any]:
    chat = {"id": call.chat, "type": "private"}
    return {"message_id": number, "date": int(time.time()), "from": BOT, "chat": chat, **content}


def ok(result: Any) -> dict[str, Any]:
    return {"ok": True, "result": result}
