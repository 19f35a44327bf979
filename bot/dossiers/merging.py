"""What is kept of two answers about one dossier.

Systems answer late, from copies, and with gaps: an answer may be older than what is known, and what it leaves out, or
got wrong, is not thereby untrue.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from bot.dossiers.dossier import ENDED, WAITING, Dossier, Doubt, Status

# How far along the way each status lies. Between those of one place it may go to and fro.
PLACE: Mapping[Status, int] = {
    "registered": 0,
    "received": 1,
    "processing": 2,
    "supplement": 2,
    "payment": 2,
    "done": 3,
    "rejected": 4,
    "withdrawn": 4,
    "stopped": 4,
    "returned": 5,
}
SOLVED: frozenset[Status] = frozenset({"done", "returned"})
# What is said of one status, and of no other.
BOUND = ("official", "papers", "supply_by", "fee", "reason")
OF_THE_END = ("finished", "returned")
DOUBTED: Mapping[Doubt, str] = {
    "received": "received",
    "due": "due",
    "due_before_received": "due",
    "finished": "finished",
}


def merged(before: Dossier | None, after: Dossier) -> Dossier:
    """What is known now. Neither a gap nor a doubt in the answer erases what was known, unless the status is new."""
    if before is None:
        return after.model_copy(update={"rounds": 0})
    if is_older(before, after):
        return before
    left = {name: value for name, value in kept_of(before, after).items() if is_nothing(getattr(after, name))}
    if is_unread(after):
        left["status"] = before.status
    known = after.model_copy(update={**left, "rounds": before.rounds})
    begun = is_reopened(before, known) or is_asked_anew(before, known)
    return known.model_copy(update={"rounds": before.rounds + begun, "doubts": still_doubted(known)})


def kept_of(before: Dossier, after: Dossier) -> Mapping[str, object]:
    """What stays where the answer says nothing."""
    new = not is_unread(after) and after.status != before.status
    gone = {"status", "doubts", "rounds", *(BOUND if new else ())}
    reopened = new and before.status in SOLVED and after.status not in (*SOLVED, *ENDED, "unknown")
    gone |= set(OF_THE_END if reopened else ())
    return {name: getattr(before, name) for name in Dossier.model_fields if name not in gone}


def is_nothing(value: object) -> bool:
    return value is None or value == ()


def is_unread(answer: Dossier) -> bool:
    """No status could be read at all. In words nobody knows yet it is read, and told in these words."""
    return answer.status == "unknown" and not answer.official


def still_doubted(known: Dossier) -> tuple[Doubt, ...]:
    return tuple(doubt for doubt in known.doubts if is_still_doubted(doubt, known))


def is_still_doubted(doubt: Doubt, known: Dossier) -> bool:
    """What was known before needs no doubt; where it is not known what is doubted, it stays."""
    if doubt == "status":
        return known.status == "unknown"
    return doubt not in DOUBTED or is_nothing(getattr(known, DOUBTED[doubt]))


def is_older(before: Dossier, after: Dossier) -> bool:
    """Whether the answer is of a time before what is known.

    Farther on the way is newer, whatever the dates of the record, as long as nothing began anew. To step back it takes
    a later step in the record, as when a result is taken up again; to go to and fro, or to stay, no earlier one.
    """
    way, age = direction(before.status, after.status), by_record(before, after)
    if way == "farther" and not before.rounds:
        return False
    return age <= 0 if way == "back" else age < 0


def direction(before: Status, after: Status) -> Literal["farther", "back", "beside"]:
    """
    >>> direction("received", "done"), direction("done", "processing"), direction("processing", "supplement")
    ('farther', 'back', 'beside')
    >>> direction("supplement", "received")  # asked for before the dossier was taken
    'beside'
    """
    here, there = PLACE.get(before), PLACE.get(after)
    if here is None or there is None or here == there:
        return "beside"
    if there > here:
        return "farther"
    return "beside" if before in WAITING else "back"


def by_record(before: Dossier, after: Dossier) -> int:
    """1: the answer has a later step, -1: its last is an earlier one, 0: neither, or the records have no dates."""
    last, now = last_step(before), last_step(after)
    return 0 if last is None or now is None else (now > last) - (now < last)


def last_step(dossier: Dossier) -> datetime | None:
    """None: the record has no dates."""
    return max((step.at for step in dossier.steps if step.at), default=None)


def is_reopened(before: Dossier, known: Dossier) -> bool:
    """It was over, and goes on without the citizen."""
    return before.status in ENDED | SOLVED and known.status in ("registered", "received", "processing")


def is_asked_anew(before: Dossier, known: Dossier) -> bool:
    """Whether the citizen is to do something they were not told of: for the first time, again, or something else."""
    if known.status not in WAITING:
        return False
    return known.status != before.status or any(
        is_other(getattr(before, name), getattr(known, name)) for name in ("papers", "fee")
    )


def is_other(one: object, other: object) -> bool:
    """The order of papers does not matter."""
    if is_nothing(one) or is_nothing(other):
        return False
    return set(one) != set(other) if isinstance(one, tuple) and isinstance(other, tuple) else one != other
