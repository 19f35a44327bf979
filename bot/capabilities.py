"""What each channel can do and takes, as data, for those who must know it without holding the channel itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Capabilities:
    """What the rest of the bot does otherwise for it; an unknown channel is taken to be as the defaults say.

    `numbered`: choices are answered by their number or their words, so what is written may be a tap (meant.py).
    `rings`: a message makes a phone ring, so quiet hours hold (reach.py) and who follows a dossier is told of them.
    `window`: after the citizen's last word, in which they may be written to; None: at any time. Where there is one,
    turn.py notes each word of theirs. `staffed`: humans of the office may write in the same chat (StaffSpoke), so
    inbox.py looks before each answer whether one does; False spares that look.

    Read by the channel itself when it shows a message, if at all: `longest`, characters of one text (None: its
    package knows better), and `label`, of a button. What else it can do, its `send` does with the message it is given.
    """

    numbered: bool = False
    rings: bool = True
    window: timedelta | None = None
    staffed: bool = True
    longest: int | None = None
    label: int = 100


# CHANNELS §2.2 and §2.3 (Zalo OA), §3 (Zalo Bot Platform).
CHANNELS: Mapping[str, Capabilities] = {
    "web": Capabilities(rings=False, staffed=False),
    "terminal": Capabilities(rings=False, staffed=False),
    "telegram": Capabilities(staffed=False),
    "zalo": Capabilities(
        numbered=True,
        window=timedelta(days=7),  # then only templates; the first 48 hours are free of charge
        longest=2000,
        label=100,
    ),
    "zalobot": Capabilities(numbered=True, staffed=False, longest=2000),
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
