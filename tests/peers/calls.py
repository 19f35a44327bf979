"""A call of the Bot API as it came over the wire, for the record and for those who check it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler


@dataclass(frozen=True)
class Sent:
    """A file that came with a call."""

    name: str
    kind: str
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        return {"name": self.name, "kind": self.kind, "size": len(self.body)}


@dataclass(frozen=True)
class Call:
    """`given`: as it stands in the form, so lists and objects are JSON."""

    method: str
    given: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Sent] = field(default_factory=dict)

    def read(self, name: str) -> Any:
        """A parameter that is a number, a list or an object; None when it is not given."""
        return json.loads(self.given[name]) if name in self.given else None

    @property
    def chat(self) -> int:
        return int(self.given["chat_id"])

    @property
    def text(self) -> str:
        return self.given["text"]

    @property
    def buttons(self) -> dict[str, str]:
        """What comes back when it is tapped, by what stands on it."""
        rows = (self.read("reply_markup") or {}).get("inline_keyboard", ())
        return {button["text"]: button.get("callback_data", "") for row in rows for button in row}

    @property
    def asked(self) -> list[str]:
        """What the keys under the text field would share, each by the name of its switch."""
        rows = (self.read("reply_markup") or {}).get("keyboard", ())
        return [name for row in rows for key in row for name, on in key.items() if on is True]

    def line(self) -> str:
        """JSON, without what stands in the files."""
        told = {name: sent.told for name, sent in self.files.items()}
        return json.dumps({**asdict(Call(self.method, self.given)), "files": told}, ensure_ascii=False)


async def call_in(request: web.Request) -> Call:
    """Bot libraries send forms, with files or without, or JSON. A request that carries nothing is a call, too."""
    method = request.match_info["method"]
    if request.content_type == "application/json":
        given = await request.json()
        return Call(method, {k: v if isinstance(v, str) else json.dumps(v) for k, v in given.items()})
    form = await request.post()
    words = {name: value for name, value in form.items() if isinstance(value, str)}
    files = {
        name: Sent(value.filename, value.content_type, value.file.read())
        for name, value in form.items()
        if isinstance(value, web.FileField)
    }
    for value in form.values():
        if isinstance(value, web.FileField):
            value.file.seek(0)  # whoever answers the call reads it, too
    return Call(method, {**dict(request.query), **words}, files)


def noting(calls: list[Call], also: Mapping[str, Any] = {}) -> Any:
    """A middleware before any server that speaks the Bot API: each call is written down, then answered as ever.

    `also`: results of methods that server does not know.
    """

    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        method = request.match_info.get("method")
        if method:
            calls.append(await call_in(request))
        if method in also:
            return web.json_response({"ok": True, "result": also[method]})
        return await handler(request)

    return note
