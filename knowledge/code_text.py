"""A message as its codes are read: plain digits, dashes and spaces, whatever it was copied from."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# Escaped in a link ("%2D", twice over "%252D") or in JSON ("\\u002d", "\\/"); blanks; beyond ASCII
SPECIAL = re.compile(
    r"%(?:25)*([0-9A-Fa-f]{2})|\\u00([0-7][0-9A-Fa-f])|\\(/)"
    r"|[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]{2,}|[^\S ]|[^\x00-\x7f]"
)
DOTS = "·•∙⋅・。"
MINUS = "−"  # a sign, while the others are dashes to Unicode too
UNSEEN = {"Cf", "Mn", "Me"}  # joiners, soft hyphens, marks standing by themselves, the frame of a digit in an emoji


@dataclass(frozen=True)
class CodeText:
    text: str
    at: Sequence[int]  # where each character began in the message, and last where the message ends


def code_text(message: str) -> CodeText:
    r"""Its codes look the same however they were typed; letters with marks stay as they are.

    >>> code_text("Ｈ５６．１４ – 240823%2D0001").text, code_text("\u0665\u0ce7 \u200b 2⃣").text
    ('H56.14 - 240823-0001', '51 2')
    """
    special = list(SPECIAL.finditer(message))
    if not special:
        return CodeText(message, range(len(message) + 1))
    text: list[str] = []
    at: list[int] = []
    end = 0
    for match in special:
        plain = as_plain(match)
        text += message[end : match.start()], plain
        at += [*range(end, match.start()), *[match.start()] * len(plain)]
        end = match.end()
    text.append(message[end:])
    at.extend(range(end, len(message) + 1))
    return CodeText("".join(text), at)


def as_plain(match: re.Match[str]) -> str:
    escaped = match[1] or match[2]
    if escaped:
        return plain_character(chr(int(escaped, 16))) if int(escaped, 16) < 128 else "\ufffd"
    if match[3] or len(match[0]) == 1:
        return match[3] or plain_character(match[0])
    return " " if any(map(str.isspace, match[0])) else ""


@lru_cache(maxsize=2_000)
def plain_character(character: str) -> str:
    """Of one character: an ASCII digit, letter or sign, a space, nothing, or itself.

    >>> [plain_character(c) for c in ("٣", "－", "\u00a0", "Ｇ", "\u200b", "ố")]
    ['3', '-', ' ', 'G', '', 'ố']
    """
    if (digit := unicodedata.decimal(character, None)) is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category in UNSEEN:
        return ""
    if category == "Pd" or character == MINUS:
        return "-"
    if character.isspace():
        return " "
    if character in DOTS:
        return "."
    same = unicodedata.normalize("NFKC", character)
    return same if len(same) == 1 and same.isascii() else character
