"""What the bot asks of an agency's system, whichever it is (DOMAIN §3.5)."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.dossiers.dossier import Answer


class SystemDownError(Exception):
    """The system did not answer, or not with anything that can be read. Asked again later it may.

    The message holds no personal data, no secret and no code of a dossier.
    """


class RefusedError(Exception):
    """The system answered that it will not: our rights, our key. Asking again does not help; an operator must look."""


class DossierSystem(Protocol):
    """`look` raises SystemDownError and RefusedError. A code that is missing from its answer is not there."""

    @property
    def key(self) -> str:
        """Stable name: in the database, in routes, in logs."""
        ...

    @property
    def at_most(self) -> int:
        """Codes in one call."""
        ...

    async def look(self, codes: Sequence[str], identity: str | None = None) -> Mapping[str, Answer]:
        """One call, so at most `at_most` codes.

        `identity`: number of the owner's paper, for systems that want it beside the code; given with one code.
        """
        ...
