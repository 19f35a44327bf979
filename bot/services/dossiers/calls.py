"""A call to an agency's system: its answer as JSON, or what went wrong in the words of the contract."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import ClientSession, ClientTimeout

from bot.services.dossiers.auth import Auth, Proof
from bot.services.dossiers.gateway import RefusedError, SystemDownError
from bot.services.http import Call, NoAnswerError, sent

UNAUTHORISED = 401
OUR_FAULT = range(400, 500)  # our key, our rights, the address: an operator must look
PASSING = frozenset({408, 425, 429})  # but these are no fault of ours, or pass


@dataclass(frozen=True)
class Caller:
    session: ClientSession
    auth: Auth
    patience: ClientTimeout

    async def ask(self, call: Call, absent: Collection[int] = ()) -> Any:
        """The JSON of the answer; None for an HTTP status that means "no such dossier" there.

        One request and no more, but for a new token. Raises SystemDownError, RefusedError.
        """
        proof = await self.auth.proof()
        status, text = await self._sent(with_proof(call, proof))
        if status in absent:
            return None
        if status == UNAUTHORISED:
            self.auth.refused(proof)
        else:
            self.auth.taken(proof)
        check(call, status)
        return read_json(call, text)

    async def _sent(self, call: Call) -> tuple[int, bytes]:
        try:
            return await sent(self.session, call, self.patience)
        except NoAnswerError as error:
            what = str(error)
        raise SystemDownError(f"{call.name}: {what}")


def with_proof(call: Call, proof: Proof) -> Call:
    body = {**proof.fields, **call.body} if proof.fields and isinstance(call.body, dict) else call.body
    return replace(call, headers={**call.headers, **proof.headers}, body=body)


def check(call: Call, status: int) -> None:
    if status in OUR_FAULT and status not in PASSING:
        raise RefusedError(f"{call.name}: HTTP {status}")
    if not 200 <= status < 300:
        raise SystemDownError(f"{call.name}: HTTP {status}")


def read_json(call: Call, text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # half an answer, a page of a proxy, not UTF-8
        pass
    raise SystemDownError(f"{call.name}: no JSON")


def not_understood(call: str) -> SystemDownError:
    """The answer is JSON, and not what this system is said to answer: never to be read as "no such dossier"."""
    return SystemDownError(f"{call}: answer not understood")
