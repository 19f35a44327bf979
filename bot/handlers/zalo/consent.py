"""The consent of the account's owner, brought by hand: an address to open, and the code the browser comes back with.

OAuth v4 with PKCE: {base}/v4/oa/permission?app_id&redirect_uri&code_challenge&state. Whoever administers the account
allows it there, and is led to the app's callback address with ?code=…&oa_id=…&state=… behind it. The code is good for
ten minutes, once, and worth nothing without the verifier that never left this machine.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

from aiohttp import ClientSession, DummyCookieJar, web
from yarl import URL

from bot.dialogue.step import text
from bot.handlers.foreign import parsed
from bot.handlers.zalo.oauth import PATIENCE, Fresh, NoReplyError, OAuth, RefusedError, fresh
from bot.handlers.zalo.tokens import MADE, NAME, NOTHING
from bot.services.http import Call, NoAnswerError, answered
from bot.storage.store import Unit
from bot.texts.render import LANGUAGES, words

CALLBACK = "/zalo/callback"  # below our public address; registered with the app
CODE = re.compile(r"[\w.~+/=-]{8,2000}", re.ASCII)


class ConsentError(Exception):
    """What is wrong, for whoever brings it."""


@dataclass(frozen=True)
class Asking:
    """`url` is opened by an administrator of the account."""

    url: str
    verifier: str = field(repr=False)
    state: str


def asking(base: URL, app_id: str, callback: str) -> Asking:
    """A new one each time: the verifier may be used once.

    >>> URL(asking(URL("https://oauth.zaloapp.com"), "123", "https://a.gov.vn/zalo/callback").url).path
    '/v4/oa/permission'
    """
    verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(12)  # 43 characters, as Zalo's own samples have
    query = {
        "app_id": app_id,
        "redirect_uri": callback,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
        "state": state,
    }
    return Asking(str((base / "v4/oa/permission").with_query(query)), verifier, state)


def challenge(verifier: str) -> str:
    """RFC 7636, appendix B.

    >>> challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def code_in(pasted: str, asked: Asking) -> str:
    """The code, from the address the browser stopped at, or alone. Raises ConsentError.

    >>> asked = Asking("", "", "s1")
    >>> code_in("https://a.gov.vn/zalo/callback?code=abcdefgh&oa_id=1&state=s1", asked), code_in(" abcdefgh ", asked)
    ('abcdefgh', 'abcdefgh')
    """
    given = pasted.strip()
    if "?" in given or "://" in given:
        try:
            query = URL(given).query
        except ValueError:
            raise ConsentError("this is no address") from None
        # Of Zalo's pages none says that the state comes back; where it does, it must be ours.
        if (state := query.get("state")) and not hmac.compare_digest(state.encode(), asked.state.encode()):
            raise ConsentError("this address belongs to another consent: open the address above, and copy anew")
        given = query.get("code", "")
    if not CODE.fullmatch(given):
        raise ConsentError("there is no code in it: copy the whole address of the page, beginning with https://")
    return given


async def granted(oauth: OAuth, code: str, asked: Asking) -> Fresh:
    """The first pair. Raises NoReplyError, RefusedError."""
    form = {
        "code": code,
        "app_id": oauth.app_id,
        "grant_type": "authorization_code",
        "code_verifier": asked.verifier,
    }
    url, headers = oauth.base / "v4/oa/access_token", {"secret_key": oauth.secret}
    try:
        answer = await answered(oauth.session, Call("zalo consent", "POST", url, headers, form=form), PATIENCE)
    except NoAnswerError as error:
        raise NoReplyError(str(error)) from None
    said = parsed(answer.body)
    if said is None:
        raise NoReplyError(f"HTTP {answer.status}, no JSON")
    found = fresh(said, "", answer.status)
    if not found.pair.refresh:
        raise RefusedError("no refresh token came with it")
    return found


async def brought(base: URL, app_id: str, secret: str, code: str, asked: Asking) -> Fresh:
    """The same for who has no session at hand."""
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        return await granted(OAuth(session, base, app_id, secret), code, asked)


def keep(unit: Unit, found: Fresh) -> None:
    """In place of whatever was there: that is worth nothing now. A service that runs takes it up by itself."""
    unit.grants.put(NAME, found.pair, unit.grants.now + found.life)
    unit.grants.put(MADE, NOTHING, unit.grants.now)


async def landed(_: web.Request) -> web.Response:
    """Where the browser stops: its address is all that counts. It is neither read nor kept here."""
    page = "\n\n".join(words(text("zalohook.landed"), language) for language in LANGUAGES)
    return web.Response(text=page, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
