"""Telegram's limits, which aiogram's models do not hold: lengths, buttons, commands, addresses.

Sources: https://core.telegram.org/bots/api and the constants of python-telegram-bot 22.8 and aiogram 3.31.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aiogram.types import Update
from html_read import faults, read, utf16

TEXT, CAPTION, DATA, TOAST = 4096, 1024, 64, 200  # UTF-16 units, UTF-16 units, bytes, UTF-16 units
BUTTONS, A_ROW = 100, 8
COMMANDS, COMMAND, DESCRIPTION = 100, re.compile(r"[a-z0-9_]{1,32}"), 256
ABOUT, SHORT, NAME = 512, 120, 64
RESULTS, RESULT, OFFSET = 50, 64, 64  # results of one inline query; bytes of a result's id, and of an offset
CHAT = re.compile(r"@\w{5,32}")
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
FILE = 50_000_000
LINK = re.compile(r"(https?|tg)://\S+")  # tdlib/td, LinkManager: of others, "tel:" among them, no link is made
LANGUAGE = re.compile(r"([a-z]{2})?")
ACTIONS = {"url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat"}
ACTIONS |= {"switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay"}

Given = Mapping[str, Any]


def broken(call: Given, given: Given) -> list[str]:
    """`call`: as it came; `given`: its parameters, decoded."""
    found = [*chat(given), *markup(given.get("reply_markup") or {}), *files(call)]
    if check := CHECKS.get(call["method"]):
        found += check(given)
    return found


def chat(given: Given) -> Iterator[str]:
    """Its number, or its name."""
    if "chat_id" in given and not (isinstance(given["chat_id"], int) or CHAT.fullmatch(given["chat_id"])):
        yield "chat_id: no chat"


def long_enough(name: str, words: str, longest: int, shortest: int = 1) -> Iterator[str]:
    length = utf16(words)
    if not shortest <= length <= longest or (shortest and not words.strip()):
        yield f"{name}: {length} UTF-16 units, not {shortest} to {longest}"


def text(name: str, given: Given, longest: int, shortest: int = 1) -> Iterator[str]:
    """Counted after the markup was taken out, as Telegram counts."""
    words, mode = given.get(name, ""), given.get("parse_mode")
    if mode not in (None, "HTML"):
        yield f"{name}: parse mode {mode}"
    elif mode and (found := faults(words)):
        yield from (f"{name}: {fault}" for fault in found)
    else:
        yield from long_enough(name, read(words)[0] if mode else words, longest, shortest)


def markup(keyboard: Given) -> Iterator[str]:
    for kind in ("inline_keyboard", "keyboard"):
        rows = keyboard.get(kind, ())
        if kind in keyboard and (not rows or not all(rows)):
            yield f"{kind}: an empty row, or none"
        if sum(map(len, rows)) > BUTTONS or any(len(row) > A_ROW for row in rows):
            yield f"{kind}: too many buttons"
        for row in rows:
            for one in row:
                yield from button({"text": one} if isinstance(one, str) else one, inline=kind == "inline_keyboard")
    if "input_field_placeholder" in keyboard:
        yield from long_enough("input_field_placeholder", keyboard["input_field_placeholder"], 64)


def button(one: Given, *, inline: bool) -> Iterator[str]:
    label = one.get("text") or ""
    if not label.strip():
        yield "button: nothing on it"
    if inline and len(ACTIONS & one.keys()) != 1:
        yield f"button {label!r}: {len(ACTIONS & one.keys())} things to do"
    if "callback_data" in one and not 1 <= len(str(one["callback_data"]).encode()) <= DATA:
        yield f"button {label!r}: {len(str(one['callback_data']).encode())} bytes come back, not 1 to {DATA}"
    if "url" in one and not LINK.fullmatch(one["url"]):
        yield f"button {label!r}: no address"


def files(call: Given) -> Iterator[str]:
    for name, sent in call["files"].items():
        if not sent["name"] or not 0 < sent["size"] <= FILE:
            yield f"{name}: no name, nothing in it, or too large"


def message(given: Given) -> Iterator[str]:
    yield from text("text", given, TEXT)


def document(given: Given) -> Iterator[str]:
    yield from text("caption", given, CAPTION, 0)


def toast(given: Given) -> Iterator[str]:
    yield from long_enough("text", given.get("text", ""), TOAST, 0)


def commands(given: Given) -> Iterator[str]:
    yield from language(given)
    if not 1 <= len(given["commands"]) <= COMMANDS:
        yield f"{len(given['commands'])} commands"
    names = [one["command"] for one in given["commands"]]
    yield from (f"command {name!r}: not a-z, 0-9, _" for name in names if not COMMAND.fullmatch(name))
    if len(set(names)) != len(names):
        yield "a command twice"
    for one in given["commands"]:
        yield from long_enough(f"command {one['command']!r}", one["description"], DESCRIPTION)


def language(given: Given) -> Iterator[str]:
    if not LANGUAGE.fullmatch(given.get("language_code", "")):
        yield "language_code: not two letters"


def described(name: str, longest: int) -> Callable[[Given], Iterator[str]]:
    def check(given: Given) -> Iterator[str]:
        yield from language(given)
        yield from long_enough(name, given.get(name, ""), longest, 0)

    return check


def webhook(given: Given) -> Iterator[str]:
    if not given["url"].startswith("https://"):
        yield "url: not https"
    if not SECRET.fullmatch(given.get("secret_token", "")):
        yield "secret_token: none, or signs it may not have"
    if not 1 <= given.get("max_connections", 40) <= 100:
        yield "max_connections: not 1 to 100"
    yield from allowed(given)


def allowed(given: Given) -> Iterator[str]:
    unknown = {*given.get("allowed_updates", ())} - ({*Update.model_fields} - {"update_id"})
    yield from (f"allowed_updates: no such kind: {kind}" for kind in sorted(unknown))


def polled(given: Given) -> Iterator[str]:
    if not 1 <= given.get("limit", 100) <= 100 or not 0 <= given.get("timeout", 0) <= 50:
        yield "limit or timeout: out of range"
    yield from allowed(given)


def inline(given: Given) -> Iterator[str]:
    results = given["results"]
    if len(results) > RESULTS:
        yield f"{len(results)} results"
    ids = [str(one["id"]) for one in results]
    if len(set(ids)) != len(ids) or not all(1 <= len(one.encode()) <= RESULT for one in ids):
        yield "results: an id twice, or not 1 to 64 bytes"
    if len(given.get("next_offset", "").encode()) > OFFSET:
        yield "next_offset: more than 64 bytes"
    if more := given.get("button"):
        yield from button({"text": more.get("text")}, inline=False)
        if "start_parameter" in more and not PAYLOAD.fullmatch(more["start_parameter"]):
            yield "button: no start parameter"
    for one in results:
        if not str(one.get("title", "")).strip():
            yield "result: no title"
        if content := one.get("input_message_content"):
            yield from text("message_text", content, TEXT)
        yield from markup(one.get("reply_markup") or {})


CHECKS: Mapping[str, Callable[[Given], Iterator[str]]] = {
    "sendMessage": message,
    "editMessageText": message,
    "sendDocument": document,
    "sendPhoto": document,
    "answerCallbackQuery": toast,
    "setMyCommands": commands,
    "setMyDescription": described("description", ABOUT),
    "setMyShortDescription": described("short_description", SHORT),
    "setMyName": described("name", NAME),
    "setWebhook": webhook,
    "getUpdates": polled,
    "answerInlineQuery": inline,
}
