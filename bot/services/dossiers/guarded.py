"""Any system, so that a slow answer, or one our reading stumbles over, is an outage in which nothing is quoted.

How often it may be asked, how many times at once, how soon again after failures: bot.work.pace decides that, for all
processes together. So nothing is tried again here: it would be a call that nobody counts.
"""

import asyncio
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.dossiers.dossier import Answer
from bot.services.dossiers.gateway import DossierSystem, RefusedError, SystemDownError

log = structlog.get_logger()


@dataclass(frozen=True)
class Guarded:
    """`timeout`: seconds of one call, with its token where one is needed."""

    system: DossierSystem
    timeout: float = 8.0

    @property
    def key(self) -> str:
        return self.system.key

    @property
    def at_most(self) -> int:
        return self.system.at_most

    async def look(self, codes: Sequence[str], identity: str | None = None) -> Mapping[str, Answer]:
        try:
            async with asyncio.timeout(self.timeout):
                return await self.system.look(codes, identity)
        except (SystemDownError, RefusedError):
            raise
        except TimeoutError:
            what = "no answer in time"
        except Exception as error:  # its words may hold anything, its place does not
            what = "answer not understood"
            log.error("dossiers: reading failed", system=self.key, what=type(error).__name__, where=place_of(error))
        raise SystemDownError(f"{self.key}: {what}")


def place_of(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""
