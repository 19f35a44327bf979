"""What the three systems of other shapes share: a key that is no token, and who may look."""

from hmac import compare_digest
from typing import Final

KEY: Final = "sandbox-key"  # of a stand-in, which guards nothing


def is_key(told: object) -> bool:
    return compare_digest(str(told).encode(), KEY.encode())
