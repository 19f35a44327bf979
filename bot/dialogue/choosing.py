"""Which of several procedures: one question that tells them apart, and the answer, tapped or in free words."""

from dataclasses import replace

from bot.dialogue.aspects import aspect_of
from bot.dialogue.events import Event, Said
from bot.dialogue.reading import shown
from bot.dialogue.states import Choosing, Home, Option
from bot.dialogue.step import Button, Line, Reply, Step, Text, go, say, text
from bot.dialogue.ways import NONE_OF_THESE, PERSON, among, show_button
from bot.dialogue.world import Given
from knowledge.text import fold
from knowledge.twins import NO_TRAIT, Split, are_twins, besides_traits, best_split, traits_said
from knowledge.understanding import Ask, Aspect, Is, Pick, Wish
from procedures_catalog.models import Procedure

HOME_TRAIT = "province:"  # of an option: the code of a province
OFFERED = 5  # procedures to choose among; more do not fit a phone
# said around an answer: "dạ em lấy cái cấp lại ạ"
AROUND = frozenset(
    "cai viec loai chon lay muon toi em la thi a da nhe day do bi vi cho xin can lam nay kia".split()  # noqa: SIM905
)
EXAMPLES = ("1.001193", "1.004222", "1.014061", "2.000815")  # offered when nothing is going on


def examples(given: Given) -> tuple[Button, ...]:
    return offers([given.catalog[code] for code in EXAMPLES if code in given.catalog], given)


def offers(procedures: list[Procedure], given: Given, aspect: Aspect | None = None) -> tuple[Button, ...]:
    """`aspect`: what is shown of the one that is tapped; None: all of it."""
    buttons = (show_button(procedure, given.memory.language) for procedure in procedures)
    if aspect is None:
        return tuple(buttons)
    return tuple(Button(f"{aspect}:{p.code}", button.label) for p, button in zip(procedures, buttons, strict=True))


def rephrase(given: Given) -> Step:
    return go(Home(), say("finding.rephrase", *examples(given), PERSON))


def ask(procedures: list[Procedure], given: Given, aspect: Aspect | None = None) -> Step:
    """One question: what tells them apart when their names do not, otherwise which of them."""
    if len(procedures) == 1:
        return shown(procedures[0], aspect, given)
    split = best_split(procedures) if len(procedures) > 1 and are_twins(procedures) else None
    return ask_difference(split, aspect) if split else ask_which(procedures[:OFFERED], given, aspect)


def ask_difference(split: Split, aspect: Aspect | None = None) -> Step:
    question = text(f"twins.{split.difference}")
    buttons = [Button(among(codes), trait_label(split, trait)) for trait, codes in split.answers]
    options = tuple(Option(trait=trait, codes=codes) for trait, codes in split.answers)
    return go(Choosing(options=options, aspect=aspect), Reply((Line(question),), (*buttons, NONE_OF_THESE)))


def trait_label(split: Split, trait: str) -> Text:
    if split.difference == "level":  # "commune+province": done at either
        return text("twins.levels", levels=tuple(text(f"level.{level}") for level in trait.split("+")))
    return text(f"trait.{trait}")


def ask_home(procedures: list[Procedure], given: Given) -> Step:
    """Some provinces have procedures of their own: whose is meant, or none of theirs."""
    homes: dict[str | None, list[str]] = {}
    for procedure in procedures:
        homes.setdefault(given.search.home_of(procedure), []).append(procedure.code)
    elsewhere = tuple(homes.pop(None, []))
    options = [Option(trait=f"{HOME_TRAIT}{home}", codes=tuple(codes)) for home, codes in homes.items() if home]
    buttons = [
        Button(f"in:{home}/{among(tuple(codes)).partition(':')[2]}", given.search.provinces.names[home])
        for home, codes in homes.items()
        if home
    ]
    rest = (Button(among(elsewhere), text("finding.other_province")),) if elsewhere else (NONE_OF_THESE,)
    options += [Option(codes=elsewhere)] if elsewhere else []
    return go(Choosing(options=tuple(options)), say("finding.which_province", *buttons, *rest))


def at_home_in(home: str, codes: tuple[str, ...], given: Given) -> Step:
    """The citizen's province is known now, and remembered."""
    given = given.remembering(given.memory.model_copy(update={"province": home}))
    step = narrowed(codes, given)
    return step if step.memory else replace(step, memory=given.memory)


def ask_which(procedures: list[Procedure], given: Given, aspect: Aspect | None = None) -> Step:
    question = say(
        "finding.asked_of_which" if aspect else "finding.which", *offers(procedures, given, aspect), NONE_OF_THESE
    )
    return go(choice(procedures, aspect), question)


def choice(procedures: list[Procedure], aspect: Aspect | None = None) -> Choosing:
    return Choosing(options=tuple(Option(codes=(p.code,)) for p in procedures), aspect=aspect)


def choosing(state: Choosing, event: Event, given: Given) -> Step | None:
    match event:
        case Said(Pick(position)):
            picked = option_at(state, position)
            return narrowed(picked.codes, given, state.aspect) if picked else misnumbered(state)
        case Said(Is("none")):
            return at_home(state, given) or rephrase(given)
        case Said(Ask(aspect)):
            return of_the_last_read(state, aspect, given) or of_which(state, aspect, given)
        case Said(Is("agree")):  # first which one
            return narrowed(all_codes(state), given, state.aspect)
        case Said(Wish(words)):
            if home := option_of_home(state, words, given):
                return at_home_in(home.trait.removeprefix(HOME_TRAIT) if home.trait else "", home.codes, given)
            named = option_named(state, words, given)
            return narrowed(named.codes, given, state.aspect) if named else None
        case _:
            return None


def misnumbered(state: Choosing) -> Step | None:
    if not state.options:
        return None
    back = Button(among(all_codes(state)), text("button.choices"))
    return go(state, say("choice.misnumbered", back, PERSON, most=len(state.options)))


def of_the_last_read(state: Choosing, aspect: Aspect, given: Given) -> Step | None:
    """A question that names no procedure is of the one read before, should the words in between have led astray.

    They have not where all that is asked is what tells the procedures of one paper apart.
    """
    if given.memory.read not in given.catalog or any(option.trait for option in state.options):
        return None
    step = aspect_of(aspect, given.catalog[given.memory.read or ""], given)
    asked = narrowed(all_codes(state), given, aspect)
    if not isinstance(asked.state, Choosing):
        return step
    others = replace(asked.replies[0], lines=(Line(text("finding.or_of_another")), *asked.replies[0].lines[1:]))
    return replace(step, replies=(*step.replies, others))


def of_which(state: Choosing, aspect: Aspect, given: Given) -> Step:
    """Asked once with the list; who asks on does not mean what stands in it."""
    if state.aspect is None:
        return narrowed(all_codes(state), given, aspect)
    back = Button(among(all_codes(state)), text("button.choices"))
    return go(state.model_copy(update={"aspect": aspect}), say("home.which_procedure", back, PERSON))


def option_at(state: Choosing, position: int) -> Option | None:
    index = position - 1 if position > 0 else position
    return state.options[index] if -len(state.options) <= index < len(state.options) else None


def at_home(state: Choosing, given: Given) -> Step | None:
    """ "No" to "has it to do with another country?" is an answer; None when that was not the question."""
    domestic = next((o for o in state.options if o.trait == NO_TRAIT["abroad"]), None)
    return narrowed(domestic.codes, given) if domestic else None


def all_codes(state: Choosing) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for option in state.options for code in option.codes))


def option_of_home(state: Choosing, words: str, given: Given) -> Option | None:
    """The option of the province a free answer names: "em ở Thanh Hóa", or nothing but its name."""
    told = given.search.provinces.named(words) or given.search.provinces.named(f"ở {words}")
    told = told or given.search.provinces.named(f"o {words}")
    return next((o for o in state.options if o.trait == f"{HOME_TRAIT}{told}"), None) if told else None


def option_named(state: Choosing, words: str, given: Given) -> Option | None:
    """The option a free answer names, by its trait or by words only its procedures have; None when not just one."""
    said, besides = traits_said(words), besides_traits(words) - AROUND
    by_trait = [
        o for o in state.options if o.trait in said and any(besides <= name_words(p) for p in known(o.codes, given))
    ]
    if len(by_trait) == 1:
        return by_trait[0]
    telling = set(fold(words).split()) - AROUND
    by_name = [o for o in state.options if telling and any(telling <= name_words(p) for p in known(o.codes, given))]
    return by_name[0] if len(by_name) == 1 else None


def name_words(procedure: Procedure) -> set[str]:
    return set(fold(f"{procedure.name} {procedure.short or ''} {procedure.english or ''} {procedure.code}").split())


def narrowed(codes: tuple[str, ...], given: Given, aspect: Aspect | None = None) -> Step:
    left = known(codes, given)
    return ask(left, given, aspect) if left else go(Home(), say("button.old", *examples(given)))


def known(codes: tuple[str, ...], given: Given) -> list[Procedure]:
    return [given.catalog[code] for code in codes if code in given.catalog]
