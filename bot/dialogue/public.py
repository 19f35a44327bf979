"""Where others read along, in a group: what everybody may know is told, the rest only in private."""

from dataclasses import replace

from bot.dialogue.states import Booking, Choosing, Conversation, Home, Reading
from bot.dialogue.step import Button, Line, Reply, Step, Text, Value, text

INVITING = ("home.", "welcome.", "help.", "showed.")  # keys of lines that ask to write on begin so
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
    """The step, or, where it would ask for or tell something personal, the way to a private chat.

    Who is told to write on is told, too, how to address the bot among others.
    """
    if is_personal(step):
        state = before.state if isinstance(before.state, PUBLIC) else Home()
        return Step(state, (Reply((Line(text("public.private")),), what_for(step)),))
    replies = [replace(reply, wants=None) for reply in step.replies]
    if any(invites(line.words) for reply in replies for line in reply.lines):
        replies[-1] = replace(replies[-1], lines=(*replies[-1].lines, Line(text("public.address"), "note")))
    return replace(step, replies=tuple(replies))


def what_for(step: Step) -> tuple[Button, ...]:
    """The procedure of a pickup: what is to be known of it may be read by anybody."""
    waiting = step.state.among if isinstance(step.state, Booking) and step.state.asked == "consent" else ()
    drafted = step.memory.draft.procedure if step.memory and step.memory.draft else None
    code = next(iter(waiting), drafted)
    return (Button(f"show:{code}", text("public.procedure")),) if code else ()


def invites(words: Value) -> bool:
    """
    >>> invites(text("home.welcome")), invites(text("help.4")), invites(text("aspect.fee"))
    (True, True, False)
    """
    return isinstance(words, Text) and words.key.startswith(INVITING)


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
