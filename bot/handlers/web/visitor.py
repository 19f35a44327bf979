"""Who is at the other end of the web chat: a browser with a random token, and nothing else.

There are two doors. Our own page knows its visitors by a cookie that other sites never make a browser send. The page
inside another site's page needs one that is sent across sites; it is another cookie with another token, kept apart
for each site that shows us (CHIPS, "Partitioned"). Who comes by one door is a stranger at the other.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256

from aiohttp import web

COOKIE = "noidai_chat"
FRAMED_COOKIE = "__Host-noidai_framed"  # the name makes browsers insist on Secure, Path=/ and no Domain
YEAR = 365 * 24 * 3600
TOKEN = re.compile(r"[\w-]{22}", re.ASCII)  # as new_id writes them
SALT = 8  # bytes
LANGUAGES = ("vi", "en")
ASKED = re.compile(r"\b(vi|en)\b[\w-]*(?:\s*;\s*q=([01](?:\.\d*)?))?", re.IGNORECASE)


@dataclass(frozen=True)
class Door:
    """`base`: where its pages stand; forms and streams are below it."""

    base: str
    cookie: str
    framed: bool = False


OWN = Door("/", COOKIE)
FRAMED = Door("/embed/", FRAMED_COOKIE, framed=True)
DOORS = (OWN, FRAMED)


@dataclass(frozen=True)
class Visitor:
    token: str
    came_back: bool  # with the cookie we gave

    @property
    def chat(self) -> str:
        """All the database knows: who reads it there cannot take the token's place."""
        return sha256(self.token.encode()).hexdigest()

    @property
    def address(self) -> str:
        return f"web:{self.chat}"

    def csrf(self, secret: bytes) -> str:
        """Another one on each page, so that what pages have in common when compressed tells nothing of it (BREACH)."""
        return self._csrf(secret, secrets.token_hex(SALT))

    def sent_by(self, csrf: str, secret: bytes) -> bool:
        """Whether the form came from a page given to this visitor."""
        return self.came_back and hmac.compare_digest(csrf.encode(), self._csrf(secret, csrf[: 2 * SALT]).encode())

    def _csrf(self, secret: bytes, salt: str) -> str:
        return salt + hmac.digest(secret, f"csrf {salt} {self.token}".encode(), "sha256").hex()


def new_id() -> str:
    """128 random bits."""
    return secrets.token_urlsafe(16)


def door_of(request: web.Request) -> Door:
    return FRAMED if request.path.startswith(FRAMED.base) else OWN


def visitor_of(request: web.Request) -> Visitor:
    token = request.cookies.get(door_of(request).cookie, "")
    return Visitor(token, True) if TOKEN.fullmatch(token) else Visitor(new_id(), False)


def remember(visitor: Visitor, door: Door, response: web.StreamResponse, secure: bool) -> None:
    """`secure`: whether our own page is sent over TLS. Browsers take the other cookie over nothing else."""
    rules = "SameSite=None; Secure; Partitioned" if door.framed else f"SameSite=Lax{'; Secure' if secure else ''}"
    cookie = f"{door.cookie}={visitor.token}; Max-Age={YEAR}; Path=/; HttpOnly; {rules}"
    response.headers.add("Set-Cookie", cookie)  # by hand: http.cookies learned "Partitioned" with Python 3.14


def language_of_visit(request: web.Request) -> str:
    """The one a link asks for, otherwise the browser's."""
    asked = request.query.get("lang", "")
    return asked if asked in LANGUAGES else language_asked(request.headers.get("Accept-Language", ""))


def language_asked(accept: str) -> str:
    """Vietnamese when the browser names it at all, or names neither of ours: many phones here speak English first.

    >>> [language_asked(accept) for accept in ("", "en-US,en;q=0.9", "en-US,en;q=0.9,vi;q=0.5", "fr, en;q=0.3")]
    ['vi', 'en', 'vi', 'en']
    """
    read = {language for language, weight in ASKED.findall(accept.lower()) if float(weight or 1)}
    return "en" if read == {"en"} else "vi"
