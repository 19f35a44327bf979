"""Whose a dossier is: proved by the last digits of the owner's phone or identity paper, and by nothing more secret."""

from bot.dialogue.dossiers.ways import dossier_button
from bot.dialogue.states import Tracking
from bot.dialogue.step import Line, Reply, Step, go, text
from bot.dialogue.ways import PERSON


def question(code: str, *first: Line) -> Step:
    """Asked for, and what is never asked for told beside it."""
    lines = (
        *first,
        Line(text("dossier.digits", code=code)),
        Line(text("dossier.digits_compared"), "note"),
        Line(text("dossier.digits_never"), "warning"),
    )
    return go(Tracking(code=code, asked="digits"), Reply(lines, (dossier_button(code), PERSON)))
