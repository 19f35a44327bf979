"""A server that speaks the part of the Bot API the bot uses, and refuses what Telegram would refuse."""

import asyncio
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from aiohttp import web
from aiohttp.web import FileField

TOKEN = "7:secret"
MAI = {"id": 7, "is_bot": False, "first_name": "Mai", "language_code": "vi"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Mai"}
GROUP = {"id": -7, "type": "group", "title": "Xóm"}
BOT = {"id": 1, "is_bot": True, "first_name": "Nối Dài", "username": "noidai_bot"}
ANYTHING: dict[str, Any] = {"message_id": 1, "date": 1, "from": MAI}
LINKS = ("https://", "http://", "tg://")  # tdlib/td, LinkManager: of others the words stay and no link
TAGS = {"b", "i", "u", "s", "a", "code", "pre"}
FILE = {"file_id": "a", "file_unique_id": "a"}
NOBODY_TOLD: dict[str, Any] = {
    "getMyCommands": [],
    "getMyDescription": {"description": ""},
    "getMyShortDescription": {"short_description": ""},
}
TOLD = ("setMyCommands", "setMyDescription", "setMyShortDescription", "setWebhook", "deleteWebhook")


class Read(HTMLParser):
    """What Telegram makes of HTML: bare words. Raises ValueError where Telegram answers 400, or drops a link."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words = ""
        self.links: list[str] = []
        self.feed(html)
        self.close()
        if self.open:
            raise ValueError(f"can't find end tag of {self.open[-1]}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise ValueError(f"unsupported start tag {tag}")
        if [name for name, _ in attrs] != (["href"] if tag == "a" else []):
            raise ValueError(f"unexpected attributes of {tag}")
        links = [value or "" for _, value in attrs]
        if not all(link.startswith(LINKS) for link in links):
            raise ValueError(f"a link that nobody can open: {links}")
        self.links += links
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"unexpected end tag {tag}")

    def handle_data(self, data: str) -> None:
        self.words += data


async def fields_of(request: web.Request) -> Mapping[str, Any]:
    """The Bot API takes forms and JSON; what is no file is a string in both, as the library writes it."""
    fields: Mapping[str, Any] = await (request.json() if request.content_type == "application/json" else request.post())
    return fields


@dataclass
class FakeTelegram:
    """The part of the Bot API the bot uses; refuses what Telegram would refuse.

    A message is what the call held, `reply_markup` and `reply_parameters` read, with its `message_id`, its `words`
    (without the HTML), and `edits`: the words it had before.
    """

    updates: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    tapped: list[str] = field(default_factory=list)  # callback queries answered
    refused: list[str] = field(default_factory=list)
    failures: list[tuple[int, dict[str, Any]]] = field(default_factory=list)  # the next answers to sendMessage
    unchanged: list[tuple[int, dict[str, Any]]] = field(default_factory=list)  # the next answers to editMessageText
    handed_over: list[tuple[str, bytes, str]] = field(default_factory=list)  # name, bytes, caption of documents
    lost: list[tuple[int, dict[str, Any]]] = field(default_factory=list)  # the next answers to sendDocument
    found: list[dict[str, Any]] = field(default_factory=list)  # answers to inline queries
    files: dict[str, bytes] = field(default_factory=dict)  # by file_id, to be fetched
    pages: list[tuple[int, str]] = field(default_factory=list)  # what a proxy answers in Telegram's place
    fail_after: int | None = None  # messages that are shown before one is answered 500
    blocked: set[str] = field(default_factory=set)  # chats that shut the bot out
    moved: dict[str, int] = field(default_factory=dict)  # groups that became supergroups
    revoked: bool = False  # the token
    revoke_after: int | None = None  # messages that are shown before it is
    late: bool = False  # queries are answered too late
    slow: float = 0.0  # seconds until a file is given
    given_when: asyncio.Event | None = None  # no file is given, and no clock stopped, before
    called: list[str] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    number: int = 0

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self.answer)
        app.router.add_get("/file/bot{token}/{id}", self.give)
        return app

    def says(self, **message: Any) -> None:
        """A person writes to the bot, or shows it something."""
        self.comes(message={**ANYTHING, "chat": PRIVATE, **message})

    def taps(self, label: str, by: dict[str, Any] = MAI, **shown: Any) -> None:
        """A button of any message so far, be it of before the message was changed: a finger may be slower than that.

        `shown`: what is different about the message it stands under.
        """
        choices = [(m, b) for m in self.sent for b in (*m.get("gone", ()), *buttons(m)) if b["text"] == label]
        message, data = next((m, b["callback_data"]) for m, b in reversed(choices))
        self.comes(callback_query=self.query(message, data, by, **shown))

    def query(self, message: dict[str, Any], data: str, by: dict[str, Any] = MAI, **shown: Any) -> dict[str, Any]:
        under = {
            "message_id": message["message_id"],
            "date": int(time.time()),
            "from": BOT,
            "chat": chat_of(message["chat_id"]),
            "text": message["words"],
            "reply_markup": message["reply_markup"],
            **shown,
        }
        return {"id": f"q{self.number}", "from": by, "chat_instance": "1", "message": under, "data": data}

    def comes(self, **content: Any) -> None:
        self.number += 1
        self.updates.append({"update_id": self.number, **content})
        self.came.set()

    @property
    def confirmed(self) -> bool:
        return not self.updates

    async def answer(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != TOKEN or self.revoked:
            return refusal(401, "Unauthorized")
        form = await fields_of(request)
        given = {name: value for name, value in form.items() if isinstance(value, str)}
        method = request.match_info["method"]
        self.called.append(method)
        if self.pages:
            status, page = self.pages.pop(0)
            return web.Response(status=status, text=page, content_type="text/html")
        if shut := self.shut(given):
            return shut
        match method:
            case "getMe":
                return result(BOT)
            case "getUpdates":
                return result(await self.waiting(int(given.get("offset", 0))))
            case "sendMessage":
                return self.show(given)
            case "editMessageText":
                return self.change(given)
            case "sendDocument":
                return self.take(given, form)
            case "getFile":
                return self.find(given["file_id"])
            case "answerCallbackQuery":
                if self.given_when:
                    await self.given_when.wait()
                if self.late:
                    return refusal(400, "Bad Request: query is too old and response timeout expired")
                self.tapped.append(given["callback_query_id"])
                return result(True)
            case "answerInlineQuery":
                return self.offer(given)
            case told if told in TOLD:
                return result(True)
            case asked if asked in NOBODY_TOLD:
                return result(NOBODY_TOLD[asked])
        return refusal(404, "Not Found")

    def shut(self, given: dict[str, str]) -> web.Response | None:
        chat = given.get("chat_id", "")
        if chat in self.blocked:
            return refusal(403, "Forbidden: bot was blocked by the user")
        if chat in self.moved:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            moved = {"migrate_to_chat_id": self.moved[chat]}
            return web.json_response(
                {"ok": False, "error_code": 400, "description": description, "parameters": moved}, status=400
            )
        return None

    async def waiting(self, offset: int) -> list[dict[str, Any]]:
        """All from `offset` on; what is before it was received and is dropped."""
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        if not self.updates:
            self.came.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await self.came.wait()
        return self.updates

    def show(self, given: dict[str, str]) -> web.Response:
        if self.failures:
            return failure(*self.failures.pop(0))
        if self.fail_after is not None:
            self.fail_after = self.fail_after - 1 if self.fail_after else None
            if self.fail_after is None:
                return refusal(500, "Internal Server Error")
        message = read(given)
        if fault := fault_of(message):
            return self.refuse(fault)
        message |= {"message_id": 100 + len(self.sent), "words": words_of(message), "edits": []}
        self.sent.append(message)
        self.revoked = self.revoked or len(self.sent) == self.revoke_after
        return result(as_told(message))

    def change(self, given: dict[str, str]) -> web.Response:
        if self.unchanged:
            return failure(*self.unchanged.pop(0))
        message = read(given)
        before = next((m for m in self.sent if str(m["message_id"]) == given["message_id"]), None)
        if before is None or before["chat_id"] != given["chat_id"] or "inline_keyboard" not in before["reply_markup"]:
            return self.refuse("message to edit not found")
        if fault := fault_of(message):
            return self.refuse(fault)
        words = words_of(message)
        if (words, message["reply_markup"]) == (before["words"], before["reply_markup"]):
            return refusal(400, "Bad Request: message is not modified: specified new message content is the same")
        before["edits"].append(before["words"])
        before["gone"] = [*before.get("gone", ()), *buttons(before)]
        before |= {"text": message["text"], "words": words, "reply_markup": message["reply_markup"]}
        return result(as_told(before))

    def offer(self, given: dict[str, str]) -> web.Response:
        if self.late:
            return refusal(400, "Bad Request: query is too old and response timeout expired")
        answer = {**given, "results": json.loads(given["results"]), "button": json.loads(given.get("button", "null"))}
        for article in answer["results"]:
            content = article["input_message_content"]
            message = {"text": content["message_text"], "parse_mode": content.get("parse_mode"), **article}
            if fault := fault_of({"reply_markup": {}, **message}):
                return self.refuse(fault)
            article["words"] = words_of(message)
        self.found.append(answer)
        return result(True)

    def refuse(self, fault: str) -> web.Response:
        self.refused.append(fault)
        return refusal(400, f"Bad Request: {fault}")

    def take(self, given: dict[str, str], form: Mapping[str, Any]) -> web.Response:
        if self.lost:
            return failure(*self.lost.pop(0))
        attached = form["document"]
        assert isinstance(attached, FileField)
        self.handed_over.append((attached.filename, attached.file.read(), given["caption"]))
        return result({"message_id": 1, "date": 1, "chat": PRIVATE, "document": FILE})

    def find(self, file: str) -> web.Response:
        if file not in self.files:
            return refusal(400, "Bad Request: file is too big")
        return result({"file_id": file, "file_unique_id": file, "file_path": file})

    async def give(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.slow)
        if self.given_when:
            await self.given_when.wait()
        if request.match_info["token"] != TOKEN or not self.files[request.match_info["id"]]:
            return web.Response(status=404)
        self.called.append("file")
        return web.Response(body=self.files[request.match_info["id"]])


def read(given: dict[str, str]) -> dict[str, Any]:
    objects = {name: json.loads(given.get(name, "{}")) for name in ("reply_markup", "reply_parameters")}
    return {**given, **objects}


def words_of(message: dict[str, Any]) -> str:
    return Read(message["text"]).words if message.get("parse_mode") == "HTML" else str(message["text"])


def as_told(message: dict[str, Any]) -> dict[str, Any]:
    chat = chat_of(message["chat_id"])
    return {"message_id": message["message_id"], "date": int(time.time()), "chat": chat, "text": message["words"]}


def chat_of(number: str) -> dict[str, Any]:
    return {"id": int(number), "type": "private"} if int(number) > 0 else {**GROUP, "id": int(number)}


def fault_of(message: dict[str, Any]) -> str | None:
    """In Telegram's words."""
    try:
        words = words_of(message)
    except ValueError as error:
        return f"can't parse entities: {error}"
    if not words.strip():
        return "message text is empty"
    if len(words.encode("utf-16-le")) // 2 > 4096:
        return "message is too long"
    for button in buttons(message):
        if ("callback_data" in button) == ("url" in button):
            return "text buttons are unallowed in the inline keyboard"
        if "url" in button and not button["url"].startswith(("https://", "http://", "tg://")):
            return "BUTTON_URL_INVALID"
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            return "BUTTON_DATA_INVALID"
    if not all(label.strip() for label in labels(message)):
        return "text buttons are unallowed to be empty"
    asked = [button for row in message["reply_markup"].get("keyboard", ()) for button in row]
    if any("request_contact" in one or "request_location" in one for one in asked) and int(message["chat_id"]) < 0:
        return "phone number can be requested in private chats only"
    return None


def buttons(message: dict[str, Any]) -> list[dict[str, str]]:
    return [button for row in message["reply_markup"].get("inline_keyboard", ()) for button in row]


def labels(message: dict[str, Any]) -> list[str]:
    return [button["text"] for button in buttons(message)]


def result(value: object) -> web.Response:
    return web.json_response({"ok": True, "result": value})


def refusal(status: int, description: str) -> web.Response:
    return web.json_response({"ok": False, "error_code": status, "description": description}, status=status)


def failure(status: int, answer: dict[str, Any]) -> web.Response:
    return web.json_response({"ok": False, "error_code": status, **answer}, status=status)
