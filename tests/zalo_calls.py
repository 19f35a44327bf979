"""Events of a Zalo Official Account, and the calls they come in, signed as Zalo signs them: for tests of any kind."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import Any

APP, OA = "2553928453557884079", "3662729599332560487"
APP_SECRET, OA_SECRET = "app-secret", "oa-secret"
MAI, HOA = "6142494823000000000", "7777777777000000007"
STAFF = "1111222233334444555"

Event = dict[str, Any]


@dataclass
class Zalo:
    """What Zalo tells of an account. Each event happens a second after the one before, beginning with `began`."""

    began: datetime = datetime(2026, 11, 21, 9, tzinfo=UTC)
    numbers: Iterator[int] = field(default_factory=count)

    def at(self) -> str:
        return str(int(self.began.timestamp() * 1000) + 1000 * next(self.numbers))

    def message(self, kind: str, message: Mapping[str, Any], person: str = MAI, at: str | None = None) -> Event:
        at = at or self.at()
        return {
            "app_id": APP,
            "sender": {"id": person},
            "recipient": {"id": OA},
            "event_name": f"user_send_{kind}",
            "message": {"msg_id": sha256(f"{person}{at}".encode()).hexdigest()[:20], **message},
            "timestamp": at,
            "user_id_by_app": "979122185046046317",
        }

    def says(self, text: str, person: str = MAI, at: str | None = None) -> Event:
        return self.message("text", {"text": text}, person, at)

    def attaches(self, kind: str, payload: Mapping[str, Any], **message: Any) -> Event:
        return self.message(kind, {**message, "attachments": [{"type": kind, "payload": payload}]})

    def follows(self, person: str = MAI, at: str | None = None, name: str = "follow") -> Event:
        told = {"oa_id": OA, "follower": {"id": person}, "event_name": name, "source": "oa_profile"}
        return {**told, "app_id": APP, "user_id_by_app": "1", "timestamp": at or self.at()}

    def unfollows(self, person: str = MAI, at: str | None = None) -> Event:
        return self.follows(person, at, "unfollow")

    def submits(self, info: Mapping[str, Any], person: str = MAI) -> Event:
        told = {"app_id": APP, "sender": {"id": person}, "recipient": {"id": OA}, "event_name": "user_submit_info"}
        return {**told, "info": info, "timestamp": self.at()}

    def shows(self, text: str, admin: str | None = None, person: str = MAI, kind: str = "text") -> Event:
        """What the account sends comes back: with the id of a human of the office, or through the API without."""
        event = self.message(kind, {"text": text})
        sender = {"id": OA} if admin is None else {"id": OA, "admin_id": admin}
        return {**event, "event_name": f"oa_send_{kind}", "sender": sender, "recipient": {"id": person}}


def written(event: Mapping[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def headers_for(body: bytes, time: str, secret: str = OA_SECRET, app: str = APP, *, in_header: bool = False) -> Event:
    """`in_header`: the time that is signed stands there."""
    mac = sha256(app.encode() + body + time.encode() + secret.encode()).hexdigest()
    headers = {"X-ZEvent-Signature": f"mac={mac}", "Content-Type": "application/json"}
    return {**headers, "X-ZEvent-Timestamp": time} if in_header else headers


def call(event: Mapping[str, Any], secret: str = OA_SECRET) -> dict[str, Any]:
    """The arguments of a POST."""
    body = written(event)
    return {"data": body, "headers": headers_for(body, str(event["timestamp"]), secret)}
