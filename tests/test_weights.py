"""The weights of the evidence, how they are learnt, and what from."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from knowledge.datafile import HERE, strings_of
from knowledge.evidence import Evidence, NoEvidence, Weight, Weights, between, load_weights
from knowledge.lexicon import load_lexicon
from knowledge.making.weights import (
    SEED,
    Choice,
    Labelled,
    Numbers,
    as_weights,
    judged,
    learnt,
    messages,
    misspelt,
    report,
    side_by_side,
    unaccented,
    written,
)
from knowledge.text import fold, has_marks
from tests.test_lexicon import CODE, checkable, in_force

np = pytest.importorskip("numpy")

MESSAGES = [one for one in messages() if not one.style.endswith(", as typed")]


# data/weights.yaml


def test_the_file_names_exactly_the_evidence_there_is() -> None:
    file: dict[str, Any] = strings_of(HERE / "weights.yaml")
    assert (tuple(file["evidence"]), tuple(file["nothing"])) == (Evidence._fields, NoEvidence._fields)
    assert file["version"]


def test_a_misspelt_weight_is_refused() -> None:
    with pytest.raises(ValidationError):
        Weights.model_validate(
            {"version": "1", "evidence": {"phrase": {"short": 1, "long": 1, "mid": 1}}, "nothing": {}}
        )


def test_weights_stand_in_the_order_of_the_evidence() -> None:
    weights = load_weights()
    assert weights.for_evidence(0) == tuple(weights.evidence[name].short for name in Evidence._fields)
    assert weights.for_evidence(1) == pytest.approx([weights.evidence[name].long for name in Evidence._fields])
    assert weights.for_nothing(0) == tuple(weights.nothing[name].short for name in NoEvidence._fields)
    assert weights.for_nothing(1) == pytest.approx([weights.nothing[name].long for name in NoEvidence._fields])


def test_a_weight_moves_evenly_from_short_to_long() -> None:
    assert [between(Weight(short=1, long=3), length) for length in (0, 0.25, 1)] == [1, 1.5, 3]


def test_before_the_learning_nothing_weighs_anything() -> None:
    assert set(Weights.none().for_evidence(0.5) + Weights.none().for_nothing(0.5)) == {0}


@pytest.mark.parametrize("name", ["phrase", "part", "wish", "second", "told", "strength", "asked", "asked_words"])
def test_being_said_never_speaks_against_a_procedure(name: str) -> None:
    weight = load_weights().evidence[name]
    assert min(weight.short, weight.long) >= 0


@pytest.mark.parametrize("name", ["elsewhere", "elsewhere_told"])
def test_being_said_elsewhere_never_speaks_against_nothing(name: str) -> None:
    weight = load_weights().nothing[name]
    assert min(weight.short, weight.long) >= 0


# The learning

RIGHT, WRONG = "1.000001", "1.000002"


def evidence(**said: float) -> Evidence:
    return Evidence(**(dict.fromkeys(Evidence._fields, 0.0) | said))


def no_evidence(**said: float) -> NoEvidence:
    return NoEvidence(**({"always": 1.0, **dict.fromkeys(NoEvidence._fields[1:], 0.0)} | said))


def choice(means: str | None, rows: list[Evidence], nothing: NoEvidence, length: float = 0.0) -> Choice:
    codes = (RIGHT, WRONG)[: len(rows)]
    labelled = Labelled(style="clean", means=frozenset({means} if means else ()), message="x")
    of_rows = np.array([side_by_side(row, length) for row in rows]).reshape(len(rows), 2 * len(Evidence._fields))
    return Choice(labelled, codes, of_rows, np.array(side_by_side(nothing, length)))


def made_up(length: float = 0.0) -> list[Choice]:
    """The right answer has more of `phrase` and less of `other_act`; what nothing fits is near elsewhere."""
    chance = random.Random(SEED)
    found = []
    for _ in range(60):
        much, little = chance.uniform(0.6, 1), chance.uniform(0, 0.4)
        right, wrong = evidence(phrase=much, other_act=0.0), evidence(phrase=little, other_act=1.0)
        found.append(choice(RIGHT, [right, wrong], no_evidence(elsewhere=little), length))
        found.append(
            choice(None, [evidence(phrase=little), evidence(phrase=little)], no_evidence(elsewhere=much), length)
        )
    return found


def named(given: list[Choice]) -> Weights:
    return as_weights(*learnt(given), "today")


def test_what_right_answers_have_more_of_weighs_for_them() -> None:
    weights = named(made_up())
    assert weights.evidence["phrase"].short > 0.5
    assert weights.evidence["other_act"].short < -0.1
    assert weights.nothing["elsewhere"].short > 0.5


def test_what_tells_nothing_weighs_nothing() -> None:
    weights = named(made_up())
    assert weights.evidence["many"] == Weight(short=0, long=0)


def test_short_and_long_messages_are_learnt_apart() -> None:
    short, long = named(made_up(0.0)), named(made_up(1.0))
    assert short.evidence["phrase"].long == long.evidence["phrase"].short == 0
    assert long.evidence["phrase"].long == short.evidence["phrase"].short > 0


def test_the_same_messages_teach_the_same() -> None:
    first, second = learnt(made_up()), learnt(made_up())
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))


def test_what_cannot_be_chosen_teaches_nothing() -> None:
    """No candidates, or the right one is not among them."""
    useless = [choice(RIGHT, [], no_evidence()), choice("1.000009", [evidence(phrase=1)], no_evidence(elsewhere=1))]
    assert named(made_up() + useless) == named(made_up())


def test_evidence_stands_side_by_side_by_length() -> None:
    assert side_by_side([2.0, 4.0], 0.25) == [1.5, 3.0, 0.5, 1.0]


def test_what_is_learnt_judges_its_own_messages_well() -> None:
    weights, none = learnt(made_up())
    places = judged(made_up(), weights, none)
    assert places == {"clean": [0] * 120, "wrongly refused": [0] * 60}


def only(name: str, weight: float) -> Numbers:
    names = (*Evidence._fields, *Evidence._fields)
    return np.array(
        [weight if one == name and place < len(Evidence._fields) else 0.0 for place, one in enumerate(names)]
    )


NO_WEIGHT = np.zeros(2 * len(NoEvidence._fields))


@pytest.mark.parametrize(
    ("means", "weight", "place"),
    [
        pytest.param(RIGHT, 10.0, 0, id="first"),
        pytest.param(WRONG, 10.0, 1, id="second"),
        pytest.param("1.000009", 10.0, 99, id="not there"),
        pytest.param(WRONG, 0.0, 1, id="alike, in order of code"),
        pytest.param(None, 10.0, 99, id="offered where nothing fits"),
        pytest.param(None, -10.0, 0, id="refused where nothing fits"),
    ],
)
def test_the_place_of_the_first_right_answer(means: str | None, weight: float, place: int) -> None:
    rows = [evidence(phrase=1.0), evidence(phrase=0.9)]
    assert judged([choice(means, rows, no_evidence())], only("phrase", weight), NO_WEIGHT)["clean"] == [place]


def test_a_message_without_candidates_is_refused() -> None:
    places = judged([choice(RIGHT, [], no_evidence())], only("phrase", 1.0), NO_WEIGHT)
    assert places == {"clean": [99], "wrongly refused": [99]}


def test_the_report_gives_shares_by_style() -> None:
    head, *lines = report({"folk": [0, 2, 9, 99], "clean": [0]}).splitlines()
    assert head.split()[:2] == ["style", "n"]
    assert [line.split() for line in lines] == [
        ["clean", "1", "1.000", "1.000", "1.000"],
        ["folk", "4", "0.250", "0.500", "0.750"],
    ]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    weights = named(made_up())
    written(weights, tmp_path / "weights.yaml")
    text = (tmp_path / "weights.yaml").read_text("utf-8")
    assert text.startswith("# Learnt by")
    assert Weights.model_validate(strings_of(tmp_path / "weights.yaml")) == weights


# The messages


@pytest.mark.parametrize(
    ("said", "plain"),
    [("Đăng ký khai sinh", "Dang ky khai sinh"), ("đường", "duong"), ("hoà", "hoa"), ("ok 1.5!", "ok 1.5!"), ("", "")],
)
def test_marks_are_taken_off(said: str, plain: str) -> None:
    assert unaccented(said) == plain


def test_every_sixth_word_slips() -> None:
    said = "một hai bốn năm sáu bảy tám chín mười nghìn trăm triệu"
    for seed in range(50):
        typed = misspelt(said, random.Random(seed))
        changed = [(a, b) for a, b in zip(said.split(), typed.split(), strict=True) if a != b]
        assert len(changed) <= 2
        assert all(len(word) > 3 and slip_apart(word, slip) for word, slip in changed), changed


def slip_apart(word: str, slip: str) -> bool:
    """A letter left out inside, or two neighbours exchanged; the first letter stands."""
    left_out = {word[:i] + word[i + 1 :] for i in range(1, len(word))}
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(1, len(word) - 1)}
    return slip in left_out | swapped


def test_slips_are_repeatable_and_spare_short_words() -> None:
    assert misspelt("làm giấy khai sinh", random.Random(1)) == misspelt("làm giấy khai sinh", random.Random(1))
    assert misspelt("a bé đi về", random.Random(1)) == "a bé đi về"


def test_some_message_is_misspelt() -> None:
    assert any(misspelt("đăng ký thường trú", random.Random(seed)) != "đăng ký thường trú" for seed in range(5))


def test_messages_come_as_written_and_as_typed() -> None:
    every = list(messages())
    assert every == list(messages())
    typed = [one for one in every if one.style.endswith(", as typed")]
    assert len(typed) == sum(one.style not in ("teen", "english", "partial") for one in MESSAGES)
    assert not any(has_marks(one.message) for one in typed)


def test_codes_of_the_messages_are_well_formed_and_in_force() -> None:
    meant = {code for one in MESSAGES for code in one.means}
    assert sorted(code for code in meant if not CODE.fullmatch(code)) == []
    assert checkable(meant) - in_force() == set()


def test_no_message_stands_twice() -> None:
    counted = Counter(fold(one.message) for one in MESSAGES)
    assert [message for message, count in counted.items() if count > 1] == []


def test_no_message_is_a_phrase_of_the_lexicon() -> None:
    """It would be learnt by heart."""
    own = {fold(phrase) for entry in load_lexicon().entries for phrase in entry.phrases()}
    assert [one.message for one in MESSAGES if fold(one.message) in own] == []


def test_there_are_messages_that_nothing_fits() -> None:
    assert sum(not one.means for one in MESSAGES) >= 100
