"""What the doctor looks at around the Official Account: our clock, and the address at which Zalo calls us."""

from datetime import datetime
from http import HTTPStatus

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from bot.handlers.findings import Finding, clock

PATIENCE = ClientTimeout(total=10)
# Of what came from our own address in place of an empty 200; the first that fits.
HINTS = (
    ("200", "somebody else answers there: does the name lead to this installation?"),
    ("30", "the proxy leads elsewhere: NOIDAI_PUBLIC_URL must be the final address"),
    ("404", "the proxy does not pass it on to the service, or the service runs with other settings"),
    ("413", "the proxy allows too little: client_max_body_size 1m"),
    ("5", "the proxy answers and the service behind it does not: is it running, on that port?"),
    ("", "the proxy keeps strangers out, and Zalo is one: it must pass this address on as it comes"),
)


async def clocks(session: ClientSession, api: URL, at: datetime) -> list[Finding]:
    """By the time on any answer of the OpenAPI's. Whether it is reached at all, checking.py says.

    Events that are two hours and a half old are dropped, by our clock (webhook.py).
    """
    try:
        async with session.get(api, allow_redirects=False, timeout=PATIENCE) as answer:
            found = clock("zalo", "Zalo", answer.headers.get("Date"), at)
    except (ClientError, OSError):
        return []
    return [found] if found else []


async def address(session: ClientSession, hook: URL) -> Finding:
    """Called as a stranger would: the service says 200 and nothing else, whatever came (webhook.py)."""
    try:
        async with session.post(hook, data=b"{}", allow_redirects=False, timeout=PATIENCE) as answer:
            status, said = answer.status, await answer.content.read(1)
    except (ClientError, OSError) as error:
        why = "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
        return False, f"zalo: {hook} is not reached from here ({why}); Zalo may still reach it from outside"
    if status == HTTPStatus.OK and not said:
        return True, f"zalo: {hook} answers; that Zalo calls it is set in its console (docs/connect-zalo.md)"
    what = f"{status} and something more" if status == HTTPStatus.OK else str(status)
    hint = next(hint for sign, hint in HINTS if str(status).startswith(sign))
    return False, f"zalo: {hook} answers {what} where the service says 200 and nothing else: {hint}"
