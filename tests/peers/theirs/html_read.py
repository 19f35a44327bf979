"""HTML as Telegram reads it: by telethon, and once more by the letter of the Bot API, which telethon takes easily."""

import html
import re
from typing import Any

from telethon.extensions.html import parse

# https://core.telegram.org/bots/api#html-style
TAGS = frozenset("a b blockquote code del em i ins pre s span strike strong tg-emoji tg-spoiler u".split())  # noqa: SIM905 (16 of them)
TOKEN = re.compile(
    r"<(?P<shut>/?)(?P<tag>[a-z-]+)(?P<attributes>(?: [a-z-]+(?:=\"[^\"<>]*\")?)*)>"
    r"|&(?P<sign>lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);"
    r"|(?P<words>[^<>&]+)"
)


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def faults(written: str) -> list[str]:
    """Why Telegram would refuse it: an open tag, a tag it does not know, a sign that is not escaped."""
    found: list[str] = []
    tags: list[str] = []
    place = 0
    while place < len(written):
        token = TOKEN.match(written, place)
        if token is None:
            return [*found, f"not escaped: {written[place : place + 20]!r}"]
        place = token.end()
        if tag := token["tag"]:
            if tag not in TAGS:
                found.append(f"no such tag: {tag}")
            elif not token["shut"]:
                tags.append(tag)
            elif not tags or tags.pop() != tag:
                found.append(f"shut, not open: {tag}")
    return found + [f"open at the end: {tag}" for tag in tags]


def strictly(written: str) -> str:
    """The words alone, by our own reading."""
    return html.unescape("".join(m[0] for m in TOKEN.finditer(written) if not m["tag"]))


def read(written: str) -> tuple[str, list[dict[str, Any]]]:
    """The words and their entities as telethon reads them; offsets and lengths in UTF-16."""
    words, entities = parse(written)
    told = [
        {
            "kind": type(entity).__name__.removeprefix("MessageEntity"),
            "offset": entity.offset,
            "length": entity.length,
            "url": getattr(entity, "url", None),
        }
        for entity in entities
    ]
    return words, told
