"""What Zalo's refusals mean for a message, by class. The code is told and logged, never the words that come with it.

Meanings: CHANNELS §2.4. Public code disagrees about many of them: -216 is read as "quota" or "blocked", -201 as "not
followed", -213 as "silent for 7 days". Here stand those on which documents and more than one product agree. Two rules
keep a wrong row cheap: what a human can mend is kept and not dropped, and a code that is not here rings.
"""

import random
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Literal

from bot.channel import SendError
from bot.handlers.foreign import WHOLE, Json, words_at
from knowledge.zone import VIETNAM

Kind = Literal[
    "refresh",  # the access token: a new one, and once more; should that be refused too, all waits, and a human is told
    "rate",  # too many calls, of the app or of the account: everything waits a while
    "later",  # it failed for no reason given: a few more tries
    "night",  # not between ten in the evening and six in the morning
    "gone",  # this person cannot be reached, until they come back
    "window",  # not to this person before they write again; a template may be
    "attachment",  # what was uploaded is gone: upload it again
    "money",  # only what is free is taken: kept for when they write, and a human is told
    "alert",  # the account or the app: a human is told, and all is kept meanwhile
    "permanent",  # this message will never be taken: a fault of ours
    "refused",  # nor this one, by Zalo's rules or for a reason we do not know
    "outage",  # nobody was reached, or nothing that can be read was answered
    "consent",  # there is no token, and none is to be had without a human
]

CODES: Mapping[int, Kind] = MappingProxyType(
    {
        -32: "rate",
        -100: "attachment",
        -124: "refresh",  # of templates
        -200: "later",
        -201: "permanent",
        -204: "alert",
        -205: "alert",
        -209: "alert",
        -210: "permanent",
        -211: "alert",  # the account's quota; -218 is the person's
        -212: "alert",
        -213: "gone",
        -216: "refresh",  # invalid: somebody renewed it
        -217: "gone",
        -218: "window",  # counted anew from their next word
        -219: "alert",
        -220: "refresh",  # expired
        -221: "alert",
        -223: "alert",
        -224: "alert",
        -227: "gone",  # banned, or not online for 45 days
        -230: "window",
        -232: "window",
        -233: "permanent",
        -234: "night",
        -235: "alert",
        -240: "alert",
        -242: "alert",
        -244: "gone",  # they do not want this kind of message
        -248: "refused",  # against Zalo's rules
        -249: "refused",  # a template that cannot be sent by user id
        -320: "money",
        -321: "money",
    }
)

# Of templates, from before they were sent by user id (ZNS); whether they still come, nobody could try. There -100 is
# "unknown error, try later". What is not here is the template's own fault, or the account's right to it: "refused".
TEMPLATE_CODES: Mapping[int, Kind] = MappingProxyType(
    {
        -100: "later",
        -114: "window",  # this person takes no templates: -118, -119, -139, -141 are other reasons for it
        -115: "money",
        -118: "window",
        -119: "window",
        -126: "money",
        -133: "night",
        -136: "money",
        -137: "money",
        -139: "window",
        -141: "window",
        -144: "later",  # the day's quota
        -147: "later",
    }
)

MORNING = time(6, 1)
TOGETHER = timedelta(minutes=20)  # what waited for the morning does not go in one second


class ZaloError(Exception):
    """Zalo did not do it. `code`: as it gave it; None: it gave none."""

    def __init__(self, kind: Kind, code: int | None = None, what: str = "") -> None:
        super().__init__(" ".join(str(part) for part in ("zalo", code, kind, what) if part))
        self.kind = kind
        self.code = code


def refusal(code: int, *, template: bool = False) -> ZaloError:
    """
    >>> refusal(-230).kind, refusal(-100).kind, refusal(-100, template=True).kind, refusal(-9999).kind
    ('window', 'attachment', 'later', 'refused')
    """
    known = TEMPLATE_CODES.get(code) if template else None
    return ZaloError(known or CODES.get(code, "refused"), code)


def code_in(said: Json) -> int | None:
    """None: the answer has none.

    >>> code_in({"error": -216}), code_in({"error": "0"}), code_in({"error": "?"}), code_in({})
    (-216, 0, None, None)
    """
    told = words_at(said, "error")
    return int(told) if WHOLE.fullmatch(told) else None


def verdict(error: ZaloError, sent: int, now: datetime) -> SendError:
    """`sent`: parts of the messages that were taken before it."""
    reason = str(error)
    match error.kind:
        case "gone":
            return SendError(reason, retryable=False, gone=True, sent=sent)
        case "window" | "money":
            return SendError(reason, retryable=False, at_next_contact=True, sent=sent)
        case "night":
            return SendError(reason, retryable=True, wait=until_morning(now), sent=sent)
        case "rate" | "outage":  # not about this message: it waits as long as it takes
            return SendError(reason, retryable=True, outage=True, sent=sent)
        case "alert" | "consent" | "refresh":  # nor these, and whoever can mend them was told (faults.py, tokens.py)
            return SendError(reason, retryable=True, outage=True, told=True, sent=sent)
        case "later" | "attachment":  # what could be done about it was done
            return SendError(reason, retryable=True, sent=sent)
        case "permanent" | "refused":
            return SendError(reason, retryable=False, sent=sent)


def until_morning(now: datetime) -> timedelta:
    """To a moment soon after six in Viet Nam."""
    here = now.astimezone(VIETNAM)
    morning = datetime.combine(here.date(), MORNING, VIETNAM)
    if morning <= here:
        morning += timedelta(days=1)
    return morning - here + TOGETHER * random.random()  # noqa: S311  # nothing secret
