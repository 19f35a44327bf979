"""What MyVNPost tells us unasked: {data: [order…], sendDate, signature} to an address that it was given by hand.

The signature is RSA-SHA256 (PKCS#1 v1.5, base64) over "MYVNP" + sendDate + itemCode + status of the first item, and
over nothing else: not our order numbers, the post's times and reasons, or any further item. So a call is only a hint:
of the orders that it names the gateway itself is asked, and nothing of the call has to be believed. One that is sent
again, or has other orders put in, tells nobody anything that the post would not.

Doubt: the post's own sample is said to *encrypt* that text with the public key in place of signing it. Anybody can do
that, so it proves nothing and is refused here; if the real calls come like that, only polling is left.
"""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from bot.services.post.myvnpost_answers import BACK, text_of
from knowledge.order_numbers import NUMBER

LONGEST = 1024 * 1024  # bytes of a call
MOST_ITEMS = 500  # of a call
PREFIX = "MYVNP"
SHORTEST_KEY = 2048  # bits; the post's is as long


class WebhookError(Exception):
    """A call that is not taken. The message holds nothing of it."""


class TooLargeError(WebhookError):
    pass


class MalformedError(WebhookError):
    """Truncated, no JSON, or not of the shape above."""


class BadSignatureError(WebhookError):
    """Not from the post, or changed on the way."""


def orders_named(body: bytes, key: RSAPublicKey) -> list[str]:
    """Numbers in the shape of ours, each once, of whichever way; there may be no such order. Raises WebhookError."""
    sent, items = read(body)
    check(sent, items[0], key)
    codes = ((text_of(item.get("saleOrderCode")) or "").removesuffix(BACK) for item in items)
    return list(dict.fromkeys(code for code in codes if NUMBER.fullmatch(code)))


def read(body: bytes) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    if len(body) > LONGEST:
        raise TooLargeError("longer than any call of the post")
    try:
        sent = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise MalformedError("no JSON") from None
    items = sent.get("data") if isinstance(sent, dict) else None
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise MalformedError("no orders")
    if len(items) > MOST_ITEMS:
        raise TooLargeError("more orders than a call of the post has")
    return sent, items


def check(sent: Mapping[str, Any], item: Mapping[str, Any], key: RSAPublicKey) -> None:
    parts = [text_of(sent.get("sendDate")), text_of(item.get("itemCode")), text_of(item.get("status"))]
    signature = sent.get("signature")
    if not isinstance(signature, str) or None in parts:
        raise BadSignatureError("not signed")
    try:
        signed = f"{PREFIX}{''.join(part or '' for part in parts)}".encode()
        key.verify(b64decode(signature, validate=True), signed, PKCS1v15(), SHA256())
    except (InvalidSignature, NotBase64, ValueError):
        raise BadSignatureError("signature does not fit") from None


def read_key(text: str) -> RSAPublicKey:
    """PEM, or the bare base64 of it as the post publishes it. Raises ValueError."""
    bare = text if "-----BEGIN" in text else f"-----BEGIN PUBLIC KEY-----\n{text.strip()}\n-----END PUBLIC KEY-----\n"
    try:
        key = load_pem_public_key(bare.encode())
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPublicKey) or key.key_size < SHORTEST_KEY:
        raise ValueError(f"the webhook's key is not RSA of at least {SHORTEST_KEY} bits")
    return key
