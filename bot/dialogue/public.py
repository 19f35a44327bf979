"""Where others read along, in a group: what everybody may know is told, the rest only in private."""

from dataclasses import replace

from bot.dialogue.states import Choosing, Conversation, Home, Reading
from bot.dialogue.step import Line, Reply, Step, Text, Value, text

PUBLIC = (Home, Choosing, Reading)  # states in which nothing is asked of a person
# Keys of lines about what is somebody's own, begun so.
PERSONAL = (
    "book.declined",
    "book.dropped",
    "book.stopped",
    "dossier.",
    "follow.",
    "mydata.",
    "order.",
    "other.",
    "parcel.",
)


def fit_for_public(step: Step, before: Conversation) -> Step:
    """The step, or, where it would ask for or tell something personal, the way to a private chat."""
    if is_personal(step):
        state = before.state if isinstance(before.state, PUBLIC) else Home()
        return Step(state, (Reply((Line(text("public.private")),)),))
    return replace(step, replies=tuple(replace(reply, wants=None) for reply in step.replies))


def is_personal(step: Step) -> bool:
    return (
        step.query is not None
        or bool(step.commands)
        or not isinstance(step.state, PUBLIC)
        or any(reply.files or any(tells_own(line.words) for line in reply.lines) for reply in step.replies)
    )


def tells_own(words: Value) -> bool:
    """
    >>> tells_own(text("join.dash", name="Phí", words=text("order.none"))), tells_own(text("aspect.fee"))
    (True, False)
    """
    if isinstance(words, Text):
        return words.key.startswith(PERSONAL) or any(tells_own(value) for value in words.values.values())
    return isinstance(words, tuple) and any(tells_own(one) for one in words)
