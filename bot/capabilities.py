"""What each channel can do and takes, as data: what is written to a citizen is fitted to it, and when it may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

ANYWHERE = frozenset({"application/pdf", "text/calendar"})


@dataclass(frozen=True)
class Capabilities:
    """`longest`: characters of one text, None: any. `buttons`: in one message; 0: choices are numbered and typed.

    `label`: characters of a button. `files`: content types handed over in the chat; others are linked to.
    `edits`: a message on screen can be replaced. `asks`: a shared contact or place can be asked for by a button.
    `rings`: a message makes a phone ring, so quiet hours hold. `window`: after the citizen's last word, in which
    they may be written to; None: at any time.
    """

    longest: int | None = None
    buttons: int = 100
    label: int = 60
    files: frozenset[str] = ANYWHERE
    edits: bool = False
    asks: frozenset[str] = frozenset()
    rings: bool = True
    window: timedelta | None = None

    @property
    def numbered(self) -> bool:
        return self.buttons == 0


# CHANNELS §1.7 (constants of the Bot API), §2.2 and §2.3 (Zalo OA), §3 (Zalo Bot Platform).
CHANNELS: Mapping[str, Capabilities] = {
    "web": Capabilities(rings=False),
    "terminal": Capabilities(rings=False),
    "telegram": Capabilities(longest=4096, edits=True, asks=frozenset({"contact", "place"})),
    "zalo": Capabilities(
        longest=2000,
        buttons=0,
        label=100,
        files=frozenset({"application/pdf"}),
        asks=frozenset({"contact"}),
        window=timedelta(days=7),  # then only templates; the first 48 hours are free of charge
    ),
    "zalobot": Capabilities(longest=2000, buttons=0, files=frozenset()),
}
UNKNOWN = Capabilities()


def channel_of(address: str) -> str:
    """
    >>> channel_of("telegram:1234")
    'telegram'
    """
    return address.partition(":")[0]


def capabilities_of(address: str) -> Capabilities:
    """Of the channel of a conversation: "telegram:1234"."""
    return CHANNELS.get(channel_of(address), UNKNOWN)
