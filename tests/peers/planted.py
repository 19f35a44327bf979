"""Faults planted in calls the bot made: whoever judges those must find these.

Each is a call's JSON, changed, and words that the verdict on it must hold.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from tests.peers.calls import Call, Sent


@dataclass(frozen=True)
class Planted:
    name: str
    call: Call
    verdict: str  # "": none, it is as it should be


def given(call: Call, **changes: Any) -> Call:
    """With other parameters; None: without."""
    kept = {name: value for name, value in call.given.items() if changes.get(name, value) is not None}
    told = {k: v if isinstance(v, str) else json.dumps(v) for k, v in changes.items() if v is not None}
    return replace(call, given={**kept, **told})


def inside(call: Call, name: str, change: Callable[[Any], None]) -> Call:
    """With something changed inside a parameter that is an object or a list."""
    value = call.read(name)
    change(value)
    return given(call, **{name: value})


def first(calls: Iterable[Call], method: str, *parameters: str) -> Call:
    return next(call for call in calls if call.method == method and all(call.given.get(name) for name in parameters))


def planted(calls: list[Call]) -> list[Planted]:
    return [Planted(*one) for one in (*texts(calls), *keyboards(calls), *files(calls), *menus(calls), *others(calls))]


def texts(calls: list[Call]) -> Iterable[tuple[str, Call, str]]:
    said, edited = first(calls, "sendMessage", "parse_mode"), first(calls, "editMessageText")
    yield "a message as it was", said, ""
    yield "4,096 after the markup", given(said, text=f"<b>{'ơ' * 4096}</b>"), ""
    yield "4,097 after the markup", given(said, text=f"<b>{'ơ' * 4097}</b>"), "4097 UTF-16 units"
    yield "5,000 characters", given(said, text="a" * 5000), "5000 UTF-16 units"
    yield "2,049 emoji", given(said, text="😀" * 2049), "4098 UTF-16 units"
    yield "no text", given(said, text=None), "text: Field required"
    yield "an empty text", given(said, text=""), "0 UTF-16 units"
    yield "only markup", given(said, text="<b> </b>"), "UTF-16 units"
    yield "an edit without a text", given(edited, text=None), "0 UTF-16 units"  # aiogram lets it pass
    yield "an edit of 5,000", given(edited, text="a" * 5000), "5000 UTF-16 units"
    yield "a tag open", given(said, text="<b>a"), "open at the end: b"
    yield "a tag shut twice", given(said, text="<b>a</b></b>"), "shut, not open: b"
    yield "tags crossed", given(said, text="<b><i>a</b></i>"), "shut, not open"
    yield "a tag Telegram has not", given(said, text="a<br>b"), "no such tag: br"
    yield "a sign not escaped", given(said, text="a < b"), "not escaped"
    yield "an ampersand not escaped", given(said, text="A & B"), "not escaped"
    yield "an entity Telegram has not", given(said, text="a&nbsp;b"), "not escaped"
    yield "no chat", given(said, chat_id=None), "chat_id: Field required"
    yield "a chat that is a list", given(said, chat_id=[7]), "chat_id: no chat"
    yield "a parameter nobody knows", given(said, colour="red"), "no such parameter: colour"
    yield "a parameter of another method", given(said, caption="a"), "no such parameter: caption"
    yield "a method nobody knows", replace(said, method="sendWish"), "no such method"
    yield "a parse mode of its own", given(said, parse_mode="BBCode"), "parse mode BBCode"


def keyboards(calls: list[Call]) -> Iterable[tuple[str, Call, str]]:
    tapped = next(call for call in calls if call.method == "sendMessage" and call.buttons)
    shared = next(call for call in calls if call.asked)

    def button(**changes: Any) -> Call:
        def change(markup: Any) -> None:
            one = markup["inline_keyboard"][0][0]
            one |= changes
            for name in [name for name, value in one.items() if value is None]:
                del one[name]

        return inside(tapped, "reply_markup", change)

    def rows(rows: Any, kind: str = "inline_keyboard", of: Call = tapped) -> Call:
        return inside(of, "reply_markup", lambda markup: markup.update({kind: rows}))

    yield "a button as it was", tapped, ""
    yield "64 bytes come back", button(callback_data="a" * 64), ""
    yield "66 bytes come back", button(callback_data="ơ" * 33), "66 bytes"
    yield "nothing comes back", button(callback_data=""), "0 bytes"
    yield "an empty label", button(text=""), "nothing on it"
    yield "a blank label", button(text=" \u00a0"), "nothing on it"
    yield "no label", button(text=None), "no such key"
    yield "nothing to do", button(callback_data=None), "0 things to do"
    yield "two things to do", button(url="https://a.vn"), "2 things to do"
    yield "an address that is none", button(callback_data=None, url="a.vn"), "no address"
    yield "a key of a button nobody knows", button(colour="red"), "no such key: sendMessage.reply_markup"
    yield "a row without buttons", rows([[]]), "an empty row"
    yield "101 buttons", rows([[{"text": "a", "callback_data": "b"}]] * 101), "too many buttons"
    yield "nine in a row", rows([[{"text": "a", "callback_data": "b"}] * 9]), "too many buttons"
    yield "markup that is no JSON", given(tapped, reply_markup="{"), "no JSON"
    yield "a shared contact as it was", shared, ""
    yield "a key without words", rows([[{"request_contact": True}]], "keyboard", shared), "no such key"
    yield "a key that asks for what nobody knows", rows([[{"text": "a", "wish": 1}]], "keyboard", shared), "no such key"


def files(calls: list[Call]) -> Iterable[tuple[str, Call, str]]:
    sent = first(calls, "sendDocument")
    yield "a file as it was", sent, ""
    yield "a caption of 1,025", given(sent, caption="a" * 1025), "1025 UTF-16 units"
    yield "no file", replace(sent, files={}), "document: Field required"
    yield "an empty file", replace(sent, files={"document": Sent("a.pdf", "application/pdf", b"")}), "nothing in it"
    yield "a file under a wrong name", replace(sent, files={"file": Sent("a", "b", b"c")}), "no such parameter: file"


def menus(calls: list[Call]) -> Iterable[tuple[str, Call, str]]:
    menu, about, hook = first(calls, "setMyCommands"), first(calls, "setMyDescription"), first(calls, "setWebhook")

    def commands(*changes: dict[str, Any]) -> Call:
        usual = {"command": "help", "description": "Hướng dẫn"}
        return given(menu, commands=[{**usual, **change} for change in changes])

    yield "a menu as it was", menu, ""
    yield "a command in capitals", commands({"command": "Help"}), "not a-z"
    yield "a command with its slash", commands({"command": "/help"}), "not a-z"
    yield "a command with an accent", commands({"command": "hồ_sơ"}), "not a-z"
    yield "a command of 33", commands({"command": "a" * 33}), "not a-z"
    yield "257 about a command", commands({"description": "a" * 257}), "257 UTF-16 units"
    yield "nothing about a command", commands({"description": ""}), "0 UTF-16 units"
    yield "a command without its words", given(menu, commands=[{"command": "a"}]), "description: Field required"
    yield "a command twice", commands({}, {}), "a command twice"
    yield "101 commands", commands(*({"command": f"a{n}"} for n in range(101))), "101 commands"
    yield "a scope nobody knows", given(menu, scope={"type": "villages"}), "scope"
    yield "a language with its country", given(menu, language_code="vi-VN"), "not two letters"
    yield "513 about the bot", given(about, description="a" * 513), "513 UTF-16 units"
    yield "a webhook as it was", hook, ""
    yield "a webhook without TLS", given(hook, url="http://bot.example.vn/"), "not https"
    yield "a secret with a blank", given(hook, secret_token="a b"), "secret_token"
    yield "no secret", given(hook, secret_token=None), "secret_token"
    yield "updates nobody knows", given(hook, allowed_updates=["message", "wishes"]), "no such kind: wishes"
    yield "101 connections", given(hook, max_connections=101), "max_connections"


def others(calls: list[Call]) -> Iterable[tuple[str, Call, str]]:
    found = next(call for call in calls if call.method == "answerInlineQuery" and len(call.read("results")) > 1)
    asked, tapped = first(calls, "getUpdates"), first(calls, "answerCallbackQuery")

    def results(*changes: dict[str, Any]) -> Call:
        usual = found.read("results")[0]
        return given(found, results=[{**usual, **change} for change in changes])

    yield "results as they were", found, ""
    yield "51 results", results(*({"id": str(n)} for n in range(51))), "51 results"
    yield "a result twice", results({}, {}), "an id twice"
    yield "a result without a title", results({"title": ""}), "no title"
    long = {"message_text": "a" * 5000, "parse_mode": "HTML"}
    yield "5,000 in a result", results({"input_message_content": long}), "5000 UTF-16 units"
    wrong = {"message_text": "a < b", "parse_mode": "HTML"}
    yield "a sign not escaped in a result", results({"input_message_content": wrong}), "not escaped"
    strange = {"message_text": "a", "colour": "red"}
    yield "a key of a result nobody knows", results({"input_message_content": strange}), "no such key"
    yield "no query", given(found, inline_query_id=None), "inline_query_id: Field required"
    yield "a tap as it was", tapped, ""
    yield "201 over the chat", given(tapped, text="a" * 201), "201 UTF-16 units"
    yield "no tap", given(tapped, callback_query_id=None), "callback_query_id: Field required"
    yield "a question as it was", asked, ""
    yield "101 updates", given(asked, limit=101), "out of range"
