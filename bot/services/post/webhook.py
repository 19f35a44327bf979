"""What MyVNPost tells us unasked: {data: [order…], sendDate, signature} to an address that it was given by hand.

The signature is RSA-SHA256 (PKCS#1 v1.5, base64) over "MYVNP" + sendDate + itemCode + status of the first item, and
over nothing else. So what is signed is this much: that item had that status when it was sent. Not signed are our order
number beside it, the post's times and reasons, and every further item. Therefore:

- `Call.orders`, all that is named, is the safe use: ask the gateway's `news` for these orders. What then comes has the
  keys of the polled histories, so nothing is told twice, and nothing of the call itself has to be believed.
- `Call.news` is of the first item only, and made of nothing but what is signed, so a replay has the same key. Its order
  number is the one thing in it that is not: take it only where News.item is the item we have of that order.
- Answer 401 to BadSignatureError, 413 to TooLargeError, 400 to MalformedError, and 200 to the rest, unknown statuses
  included: the post would send them again for ever.

Doubt: the post's own sample is said to *encrypt* that text with the public key in place of signing it. Anybody can do
that, so it proves nothing and is refused here; if the real calls come like that, only polling is left.
"""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from re import compile as pattern
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from bot.pickup.progress import News
from bot.services.post.myvnpost_answers import BACK, Leg, local_time, log, news_from, text_of

LONGEST = 1024 * 1024  # bytes of a call
MOST_ITEMS = 500  # of a call
PREFIX = "MYVNP"
SHORTEST_KEY = 2048  # bits; the post's is as long
NUMBER = pattern(rf"(ND\d{{6}}-[0-9A-HJKMNP-TV-Z]{{6}})({BACK})?")


class WebhookError(Exception):
    """A call that is not taken. The message holds nothing of it."""


class TooLargeError(WebhookError):
    pass


class MalformedError(WebhookError):
    """Truncated, no JSON, or not of the shape above."""


class BadSignatureError(WebhookError):
    """Not from the post, or changed on the way."""


@dataclass(frozen=True)
class Call:
    news: tuple[News, ...]
    orders: tuple[tuple[str, str | None], ...]  # (number, None): as PostGateway.news takes them; ours or not


def verified_news(body: bytes, public_key: str) -> list[News]:
    """None or one. Raises WebhookError."""
    return list(verified_call(body, public_key).news)


def verified_call(body: bytes, public_key: str) -> Call:
    """`public_key`: PEM, or the bare base64 of it as the post publishes it. Raises WebhookError."""
    sent, items = read(body)
    check(sent, items[0], key_of(public_key))
    return Call(tuple(news_of(items[0], sent)), tuple((number, None) for number in numbers(items)))


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


def news_of(item: Mapping[str, Any], sent: Mapping[str, Any]) -> Iterator[News]:
    """Its time is when it was sent: that is signed."""
    number, leg = number_of(item)
    at = local_time(sent.get("sendDate"))
    if number is None or at is None:
        log.warning("myvnpost: a call that names no order or no time")
        return
    news = news_from(number, leg, at, text_of(item.get("itemCode")), item.get("status"), None, {})
    if news:
        yield news


def numbers(items: list[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(number for item in items if (number := number_of(item)[0])))


def number_of(item: Mapping[str, Any]) -> tuple[str | None, Leg]:
    """
    >>> number_of({"saleOrderCode": "ND261122-4F7KQ2-KQ"}), number_of({"saleOrderCode": "DHVN00039"})
    (('ND261122-4F7KQ2', 'back'), (None, 'there'))
    """
    match = NUMBER.fullmatch(text_of(item.get("saleOrderCode")) or "")
    return (match[1], "back" if match[2] else "there") if match else (None, "there")


@lru_cache(maxsize=4)
def key_of(text: str) -> RSAPublicKey:
    """Raises ValueError: a key that is set up wrong is no fault of a call."""
    bare = text if "-----BEGIN" in text else f"-----BEGIN PUBLIC KEY-----\n{text.strip()}\n-----END PUBLIC KEY-----\n"
    try:
        key = load_pem_public_key(bare.encode())
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPublicKey) or key.key_size < SHORTEST_KEY:
        raise ValueError(f"the webhook's key is not RSA of at least {SHORTEST_KEY} bits")
    return key
