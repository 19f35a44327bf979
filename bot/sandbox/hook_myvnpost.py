"""The pretend MyVNPost tells what happened, unasked: signed calls as bot/services/post/webhook.py takes them."""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.sandbox.office import Office
from bot.sandbox.parcel import Event
from bot.sandbox.tracking import tracking_number
from bot.sandbox.wire_myvnpost import BACK, HOME, NAME, THERE, written

PATIENCE = ClientTimeout(total=10)


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Hook:
    """`told`: the last event that was taken. In memory: after a restart everything is told again."""

    office: Office
    url: str
    key: rsa.RSAPrivateKey = field(default_factory=new_key, repr=False)
    told: int = 0

    @property
    def public_key(self) -> str:
        pem = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return pem.decode()

    async def tell(self, http: ClientSession) -> None:
        """All that is new, one call an event. What is not taken is told again next time, and what follows it too."""
        for event in self.office.events(self.told, wire=NAME):
            body = self.body([event], key=new_key() if self.office.faults.strikes("wrong_signature") else None)
            if not await self._taken(http, body):
                return
            if self.office.faults.strikes("duplicate"):
                await self._taken(http, body)
            self.told = event.id

    async def _taken(self, http: ClientSession, body: bytes) -> bool:
        headers = {"Content-Type": "application/json"}
        try:
            async with http.post(self.url, data=body, headers=headers, timeout=PATIENCE) as answer:
                return answer.status == 200
        except (ClientError, TimeoutError, OSError):
            return False

    def body(self, events: Sequence[Event], key: rsa.RSAPrivateKey | None = None) -> bytes:
        """`key`: another than ours, which makes a wrong signature."""
        items = [item(event) for event in events]
        sent = written(self.office.now())
        signature = sign(key or self.key, sent, items[0])
        return json.dumps({"data": items, "sendDate": sent, "signature": signature}, ensure_ascii=False).encode()


def sign(key: rsa.RSAPrivateKey, sent: str, first: dict[str, Any]) -> str:
    text = f"MYVNP{sent}{first['itemCode']}{first['status']}"
    return b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode()


def item(event: Event) -> dict[str, Any]:
    back = event.status in HOME
    code, name = (HOME if back else THERE)[event.status]
    return {
        "orderHdrId": str(event.parcel),
        "originalId": str(event.parcel),
        "itemCode": tracking_number("NK", event.parcel) if back else event.item,
        "saleOrderCode": event.number + (BACK if back else ""),
        "status": code,
        "statusName": name,
        "updatedDate": written(event.at),
        "reason": event.reason,
    }
