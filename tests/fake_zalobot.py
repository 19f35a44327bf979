"""Zalo's Bot Platform as far as the bot uses it, over a real socket, in its own wire format (CHANNELS §3).

One update a question, and then it is gone. It refuses what the platform is said to refuse; whether a refusal comes with
HTTP 200 or with a status of its own nobody could try: `as_http` says which.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import ClientSession, web
from yarl import URL

TOKEN = "12345689:abc-xyz"
MAI, HOA, GROUP = "6ede9afa66b88fe6d6a9", "77de9afa66b88fe6d6a9", "99ee9afa66b88fe6d6a9"
NAME = "Bot Nối Dài"
ME = {"id": "1459232241454765289", "account_name": "bot.VDKyGxQvc", "display_name": NAME, "can_join_groups": False}

Raw = dict[str, Any]


@dataclass
class FakeZaloBot:
    as_http: bool = False  # refusals come with their own HTTP status
    patience: float = 0.05  # seconds a question is kept open
    updates: list[Raw] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)  # chat, text
    refusals: list[tuple[int, str]] = field(default_factory=list)  # the next answers to sendMessage; (0, "") takes it
    faults: list[tuple[int, str]] = field(default_factory=list)  # the next answers to anything
    strangers: set[str] = field(default_factory=set)  # chats it does not know
    webhook: Raw = field(default_factory=dict)
    called: list[str] = field(default_factory=list)
    given: list[Raw] = field(default_factory=list)  # updates that were handed out
    came: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: Any = field(default_factory=count)
    began: int = 1_763_715_600_000  # ms

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self.answer)
        return app

    def says(self, text: str, chat: str = MAI, **more: Any) -> Raw:
        return self.comes("message.text.received", chat, text=text, **more)

    def comes(self, event: str, chat: str = MAI, person: str | None = None, **content: Any) -> Raw:
        """It waits to be asked for. `person`: who wrote it in a group."""
        number = next(self.numbers)
        kind = "GROUP" if person else "PRIVATE"
        update = {
            "event_name": event,
            "message": {
                "from": {"id": person or chat, "display_name": "Mai", "is_bot": False},
                "chat": {"id": chat, "chat_type": kind},
                "message_id": f"2d758cb5e22217{number:06}",
                "date": self.began + 4000 * number,
                **content,
            },
        }
        self.updates.append(update)
        self.came.set()
        return update

    async def pushes(self, http: ClientSession, url: URL, update: Raw, secret: str | None = None) -> int:
        """By webhook. `url`: where the address that is registered leads to."""
        headers = {"X-Bot-Api-Secret-Token": secret or self.webhook["secret_token"]}
        async with http.post(url, json=update, headers=headers) as answer:
            return answer.status

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.called.append(method)
        if request.match_info["token"] != TOKEN:
            return self.refusal(401, "Unauthorized")
        if self.faults:
            code, words = self.faults.pop(0)
            return web.Response(status=code, text=words) if not words.isalpha() else self.refusal(code, words)
        given = await request.json()
        match method:
            case "getMe":
                return result(ME)
            case "getWebhookInfo":
                return result({"url": self.webhook.get("url", ""), "updated_at": self.began})
            case "deleteWebhook":
                self.webhook = {}
                return result(True)
            case "setWebhook":
                return self.register(given)
            case "getUpdates":
                return await self.next(given)
            case "sendMessage":
                return self.show(given)
        return self.refusal(404, "Not Found")

    def register(self, given: Raw) -> web.Response:
        if not given["url"].startswith("https://") or not 8 <= len(given["secret_token"]) <= 256:
            return self.refusal(400, "Bad Request: invalid webhook")
        self.webhook = given
        return result({"url": given["url"], "updated_at": self.began})

    async def next(self, given: Raw) -> web.Response:
        assert given == {"timeout": 30}
        if self.webhook:
            return self.refusal(400, "Bad Request: webhook is set")
        if not self.updates:
            self.came.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(self.patience):
                    await self.came.wait()
        if not self.updates:
            return self.refusal(408, "Request timeout")
        update = self.updates.pop(0)
        self.given.append(update)
        return result(update)

    def show(self, given: Raw) -> web.Response:
        code, words = self.refusals.pop(0) if self.refusals else (0, "")
        if not code and given["chat_id"] in self.strangers:
            code, words = 400, "Bad Request: chat not found"
        if not code and not 1 <= len(given["text"]) <= 2000:
            code, words = 400, "Bad Request: text must be 1-2000 characters"
        if code:
            return self.refusal(code, words)
        self.sent.append((given["chat_id"], given["text"]))
        return result({"message_id": f"82599fa32f56d00e{len(self.sent):04}", "date": self.began})

    def refusal(self, code: int, words: str) -> web.Response:
        body = {"ok": False, "error_code": code, "description": words}
        return web.json_response(body, status=code if self.as_http else 200)


def result(value: object) -> web.Response:
    return web.json_response({"ok": True, "result": value})
