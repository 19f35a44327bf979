"""A Bot API that answers each call after a fixed time, and tells who watches what is on each chat's screen."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from benchmarks.webhook_wire import Incoming, Serving, answer

ME = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "bench_bot"}
SHOWING = frozenset({"sendmessage", "editmessagetext", "senddocument", "sendphoto"})
OF_A_PART = re.compile(rb'name="([^"]+)"[^\r]*\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n--', re.DOTALL)

Shown = Callable[[int, dict[str, Any]], None]


@dataclass
class BotApi:
    """`shown` is called with a chat and the message when the sender has been told that it arrived."""

    latency: float  # seconds
    shown: Shown = lambda chat, message: None
    address: str = ""
    calls: Counter[str] = field(default_factory=Counter)
    hook: dict[str, str] = field(default_factory=dict)  # what setWebhook was told
    hooked: asyncio.Event = field(default_factory=asyncio.Event)
    pending: int = 0  # calls that wait for their answer
    most_pending: int = 0
    _number: int = 0
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.get_running_loop().create_server(lambda: Serving(self._serve), "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        if self._server:
            self._server.close()

    def expect(self) -> None:
        """Another bot is to register its webhook."""
        self.hook = {}
        self.hooked.clear()

    def _serve(self, request: Incoming, write: Callable[[bytes], None]) -> None:
        """`write` is held back for the time a call takes."""
        method = request.path.rpartition("/")[2].partition("?")[0].lower()
        self.calls[method] += 1
        fields = fields_of(request)
        result = self._result(method, fields)
        body = answer(json.dumps({"ok": True, "result": result}, ensure_ascii=False).encode())
        self.pending += 1
        self.most_pending = max(self.pending, self.most_pending)
        asyncio.get_running_loop().call_later(self.latency, self._reply, method, result, body, write)

    def _reply(self, method: str, result: Any, body: bytes, write: Callable[[bytes], None]) -> None:
        self.pending -= 1
        write(body)
        if method in SHOWING:
            self.shown(result["chat"]["id"], result)
        elif method == "setwebhook":
            self.hooked.set()

    def _result(self, method: str, fields: dict[str, Any]) -> Any:
        if method in SHOWING:
            return self._message(fields)
        match method:
            case "getme":
                return ME
            case "getwebhookinfo":
                return {"url": self.hook.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}
            case "getmycommands":
                return []
            case "getmydescription" | "getmyshortdescription":
                return {method.removeprefix("getmy").replace("short", "short_"): ""}
            case "setwebhook":
                self.hook = {name: str(value) for name, value in fields.items()}
        return True

    def _message(self, fields: dict[str, Any]) -> dict[str, Any]:
        """As the Bot API tells of one it has sent or changed."""
        number = int(fields.get("message_id") or 0)
        if not number:
            self._number += 1
            number = self._number
        chat = int(fields["chat_id"])
        message = {
            "message_id": number,
            "from": ME,
            "chat": {"id": chat, "first_name": "Mai", "type": "private"},
            "date": 1_790_000_000,
            "text": fields.get("text", ""),
        }
        markup = fields.get("reply_markup")
        markup = json.loads(markup) if isinstance(markup, str) else markup
        if markup and "inline_keyboard" in markup:
            message["reply_markup"] = markup
        return message


def fields_of(request: Incoming) -> dict[str, Any]:
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        fields: dict[str, Any] = json.loads(request.body)
        return fields
    if kind.startswith("multipart/"):
        return {name.decode(): value.decode("utf-8", "replace") for name, value in OF_A_PART.findall(request.body)}
    return dict(parse_qsl(request.body.decode()))
