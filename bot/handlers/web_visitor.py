"""Who is at the other end of the web chat: a browser with a random token, and nothing else."""

import hmac
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256

from aiohttp import web

COOKIE = "noidai_chat"
YEAR = 365 * 24 * 3600
TOKEN = re.compile(r"[\w-]{22}", re.ASCII)  # as new_id writes them
ASKED = re.compile(r"\b(vi|en)\b[\w-]*(?:\s*;\s*q=([01](?:\.\d*)?))?", re.IGNORECASE)


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
        return hmac.digest(secret, f"csrf {self.token}".encode(), "sha256").hex()

    def sent_by(self, csrf: str, secret: bytes) -> bool:
        """Whether the form came from a page given to this visitor."""
        return self.came_back and hmac.compare_digest(csrf.encode(), self.csrf(secret).encode())


def new_id() -> str:
    """128 random bits."""
    return secrets.token_urlsafe(16)


def visitor_of(request: web.Request) -> Visitor:
    token = request.cookies.get(COOKIE, "")
    return Visitor(token, True) if TOKEN.fullmatch(token) else Visitor(new_id(), False)


def remember(visitor: Visitor, response: web.StreamResponse, secure: bool) -> None:
    response.set_cookie(COOKIE, visitor.token, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)


def language_asked(accept: str) -> str:
    """Vietnamese when the browser names it at all, or names neither of ours: many phones here speak English first.

    >>> [language_asked(accept) for accept in ("", "en-US,en;q=0.9", "en-US,en;q=0.9,vi;q=0.5", "fr, en;q=0.3")]
    ['vi', 'en', 'vi', 'en']
    """
    read = {language for language, weight in ASKED.findall(accept.lower()) if float(weight or 1)}
    return "en" if read == {"en"} else "vi"
