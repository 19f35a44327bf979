"""Where others read along, in a group: what everybody may know is told, the rest only in private."""

from dataclasses import replace

from bot.dialogue.states import Choosing, Conversation, Home, Reading
from bot.dialogue.step import Line, Reply, Step, text

PUBLIC = (Home, Choosing, Reading)  # states in which nothing personal is said


def fit_for_public(step: Step, before: Conversation) -> Step:
    """The step, or, where it would ask for or tell something personal, the way to a private chat."""
    if step.query or step.commands or not isinstance(step.state, PUBLIC) or any(reply.files for reply in step.replies):
        state = before.state if isinstance(before.state, PUBLIC) else Home()
        return Step(state, (Reply((Line(text("public.private")),)),))
    return replace(step, replies=tuple(replace(reply, wants=None) for reply in step.replies))
