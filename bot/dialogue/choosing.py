"""Which of several procedures: one question that tells them apart, and the answer, tapped or in free words."""

from dataclasses import replace

from bot.dialogue.events import Event, Said
from bot.dialogue.reading import show
from bot.dialogue.states import Choosing, Home, Option
from bot.dialogue.step import Button, Line, Reply, Step, Text, go, say, text
from bot.dialogue.ways import NONE_OF_THESE, PERSON, among, show_button
from bot.dialogue.world import Given
from knowledge.text import fold
from knowledge.twins import NO_TRAIT, Split, are_twins, besides_traits, best_split, traits_said
from knowledge.understanding import Ask, Is, Pick, Wish
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


def offers(procedures: list[Procedure], given: Given) -> tuple[Button, ...]:
    return tuple(show_button(procedure, given.memory.language) for procedure in procedures)


def rephrase(given: Given) -> Step:
    return go(Home(), say("finding.rephrase", *examples(given), PERSON))


def ask(procedures: list[Procedure], given: Given) -> Step:
    """One question: what tells them apart when their names do not, otherwise which of them."""
    if len(procedures) == 1:
        return show(procedures[0], given)
    split = best_split(procedures) if len(procedures) > 1 and are_twins(procedures) else None
    return ask_difference(split) if split else ask_which(procedures[:OFFERED], given)


def ask_difference(split: Split) -> Step:
    question = text(f"twins.{split.difference}")
    buttons = [Button(among(codes), trait_label(split, trait)) for trait, codes in split.answers]
    options = tuple(Option(trait=trait, codes=codes) for trait, codes in split.answers)
    return go(Choosing(options=options), Reply((Line(question),), (*buttons, NONE_OF_THESE)))


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


def ask_which(procedures: list[Procedure], given: Given) -> Step:
    return go(choice(procedures), say("finding.which", *offers(procedures, given), NONE_OF_THESE))


def choice(procedures: list[Procedure]) -> Choosing:
    return Choosing(options=tuple(Option(codes=(p.code,)) for p in procedures))


def choosing(state: Choosing, event: Event, given: Given) -> Step | None:
    match event:
        case Said(Pick(position)):
            picked = option_at(state, position)
            return narrowed(picked.codes, given) if picked else None
        case Said(Is("none")):
            return at_home(state, given) or rephrase(given)
        case Said(Ask() | Is("agree")):  # first which one
            return narrowed(all_codes(state), given)
        case Said(Wish(words)):
            if home := option_of_home(state, words, given):
                return at_home_in(home.trait.removeprefix(HOME_TRAIT) if home.trait else "", home.codes, given)
            named = option_named(state, words, given)
            return narrowed(named.codes, given) if named else None
        case _:
            return None


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


def narrowed(codes: tuple[str, ...], given: Given) -> Step:
    left = known(codes, given)
    return ask(left, given) if left else go(Home(), say("button.old", *examples(given)))


def known(codes: tuple[str, ...], given: Given) -> list[Procedure]:
    return [given.catalog[code] for code in codes if code in given.catalog]
