"""A procedure named by its national code."""

from bot.dialogue.aspects import aspect_of
from bot.dialogue.choosing import examples
from bot.dialogue.reading import show
from bot.dialogue.states import Home
from bot.dialogue.step import Step, go, say
from bot.dialogue.world import Given
from knowledge.understanding import Aspect


def named(code: str, aspect: Aspect | None, given: Given) -> Step:
    if code not in given.catalog:
        return go(Home(), say("named.unknown", *examples(given), code=code))
    procedure = given.catalog[code]
    return aspect_of(aspect, procedure, given) if aspect else show(procedure, given)
