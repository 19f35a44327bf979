"""The systems of a run: the sandbox's own file, with limits that let all dossiers be asked for in one period."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import yaml

from bot.sandbox.agency.wire import WIRES
from bot.sandbox.wire_tokens import Key
from bot.services.dossiers import config

SANDBOX = Path(config.__file__).with_name("sandbox.yaml")
SECRETS = {"SANDBOX_SECRET": Key().secret, "SANDBOX_KEY": "sandbox-key"}
AT_MOST = {"shape2": 20}  # codes in a call; the others take one
FULL = 0.5  # of `at_most`: due dossiers come in smaller numbers, and after a failure in halves
HELD = 0.3  # seconds an average call takes at most, slow ones that are waited for in vain among them
LEAST_A_MINUTE, LEAST_AT_ONCE = 60, 4


@dataclass(frozen=True)
class Limit:
    per_minute: int
    at_once: int


def limits(dossiers: int, period: float, faults: float, headroom: float) -> Mapping[str, Limit]:
    """By wire. `period` in seconds: what one of five systems must answer in it, failures too, and headroom."""
    found: dict[str, Limit] = {}
    for wire in WIRES:
        codes_a_call = max(1.0, AT_MOST.get(wire, 1) * FULL)
        calls = dossiers / len(WIRES) / codes_a_call / (1 - faults)
        per_minute = max(ceil(calls / period * 60 * headroom), LEAST_A_MINUTE)
        found[wire] = Limit(per_minute, max(ceil(per_minute / 60 * HELD), LEAST_AT_ONCE))
    return found


def write_systems(file: Path, base: str, allowed: Mapping[str, Limit], timeout: float) -> None:
    """`timeout`: seconds one call may take; here a healthy answer takes some milliseconds."""
    data = yaml.safe_load(SANDBOX.read_text("utf-8").replace("${base}", base))
    for key, system in data["systems"].items():
        limit = allowed[key.removeprefix("sandbox-")]
        system["limits"] = {"per_minute": limit.per_minute, "at_once": limit.at_once, "timeout": timeout}
    file.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
