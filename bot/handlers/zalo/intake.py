"""From an event of the Official Account to an update: whose it is, which one it is, and its place in the order.

Names of events: CHANNELS §2.6. What is not named here is of no interest to us: receipts (user_received_message,
user_seen_message), people who write without an account (anonymous_…), groups (user_send_group_…), tags.
"""

import hashlib
import re

import structlog

from bot.channel import Update
from bot.handlers.foreign import Json, milliseconds, words_at

CHANNEL = "zalo"

OF_CITIZENS = frozenset(
    {f"user_send_{kind}" for kind in ("text", "image", "link", "sticker", "gif", "audio", "video", "file", "location")}
    | {"user_send_business_card", "user_submit_info"}
)
# What a human can send by hand. Not oa_send_action: somebody types; not oa_send_template, oa_send_zns: no human does.
OF_STAFF = frozenset(f"oa_send_{kind}" for kind in ("text", "msg", "image", "gif", "file", "sticker", "link", "video"))
OF_FOLLOWERS = frozenset({"follow", "unfollow"})

ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
MESSAGE_ID = re.compile(r"[!-~]{1,100}")

log = structlog.get_logger()


def update_of(event: Json, body: bytes) -> Update | None:
    """`body`: the same event, as it came. None: nothing we listen to."""
    name = words_at(event, "event_name")
    person = person_of(name, event)
    if person is None:
        log.debug("zalo: passed over", kind=name[:40])
        return None
    return Update(CHANNEL, person, key_of(name, person, event), milliseconds(words_at(event, "timestamp")), body)


def person_of(name: str, event: Json) -> str | None:
    """The citizen, whoever wrote: in what the account sent they are the recipient."""
    if name in OF_CITIZENS:
        person = words_at(event, "sender", "id")
    elif name in OF_FOLLOWERS:
        person = words_at(event, "follower", "id")
    elif name in OF_STAFF and is_human(event):
        person = words_at(event, "recipient", "id")
    else:
        return None
    return person if ID.fullmatch(person) else None


def is_human(event: Json) -> bool:
    """What is sent through the API comes back as an event too, without the id of an admin [one product's code]."""
    return words_at(event, "sender", "admin_id").strip("0") != ""


def key_of(name: str, person: str, event: Json) -> str:
    """The id of the message. What has none is the same event when it says the same of the same moment."""
    message = words_at(event, "message", "msg_id")
    if MESSAGE_ID.fullmatch(message):
        return message
    told = "|".join((name, words_at(event, "timestamp"), person, message))
    return f"{name}:{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:40]}"
