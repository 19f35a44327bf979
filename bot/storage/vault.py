"""Personal data at rest: sealed before it reaches the database, opened after it left."""

import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_ID = b"\x01"  # names the key, so that a second one can be brought in beside it
NONCE_BYTES = 12


class WrongKeyError(Exception):
    """What is stored was sealed with another key, or was tampered with."""


@dataclass(frozen=True)
class Vault:
    """AES-256-GCM. `place` (table and column) is bound in, so a value moved to another column does not open."""

    key: bytes  # 32 bytes

    def seal(self, place: str, content: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return KEY_ID + nonce + AESGCM(self.key).encrypt(nonce, content, place.encode())

    def open(self, place: str, sealed: bytes) -> bytes:
        key_id, nonce, content = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if key_id != KEY_ID:
            raise WrongKeyError(place)
        try:
            return AESGCM(self.key).decrypt(nonce, content, place.encode())
        except (InvalidTag, ValueError) as error:  # ValueError: too short to be ours
            raise WrongKeyError(place) from error

    def index(self, place: str, content: str) -> str:
        """What equal contents have in common, for looking them up: says nothing of the content without the key."""
        own = hmac.digest(self.key, f"index of {place}".encode(), "sha256")
        return hmac.digest(own, content.encode(), "sha256").hex()
