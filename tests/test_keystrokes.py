"""Telex and VNI read back: every syllable, however it is keyed; and nothing else touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.keystrokes import apart, decoded, lookalikes, syllable_of
from knowledge.syllables import HOI, HUYEN, NANG, NGA, SAC, every_syllable, plain, unmarked
from knowledge.text import accented

EVERY = tuple(every_syllable())
TELEX = {SAC: "s", HUYEN: "f", HOI: "r", NGA: "x", NANG: "j", "": ""}
VNI = {SAC: "1", HUYEN: "2", HOI: "3", NGA: "4", NANG: "5", "": ""}
TELEX_SHAPES = {"â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw", "đ": "dd"}
VNI_SHAPES = {"â": "a6", "ê": "e6", "ô": "o6", "ă": "a8", "ơ": "o7", "ư": "u7", "đ": "d9"}


def keyed(syllable: str, shapes: dict[str, str], tones: dict[str, str]) -> dict[str, str]:
    """The syllable in keys, in the orders people type them."""
    bare, tone = apart(syllable)
    key = tones[tone]
    if "oo" in bare:  # xoong, rơ-moóc: two keys would be an ô in Telex, and there a third takes it back
        return {"three keys": bare.replace("oo", "ooo") + key}
    at_once = [shapes.get(c, c) for c in bare]
    vowel = max(i for i, c in enumerate(bare) if plain(c) in "aeiouy")
    late = "".join(shapes[c][1] for c in bare if c in shapes)
    return {
        "tone at the end": "".join(at_once) + key,
        "tone behind the vowel": "".join(at_once[: vowel + 1]) + key + "".join(at_once[vowel + 1 :]),
        "hooks at the end, then the tone": plain(bare) + late + key,
        "tone, then the hooks at the end": plain(bare) + key + late,
        "one hook for ươ": "".join(at_once).replace(shapes["ư"] + shapes["ơ"], "uo" + shapes["ơ"][1]) + key,
        "mixed with real letters": bare + key,
    }


def is_read_back(syllable: str, keys: str) -> bool:
    """Keys that are a plain syllable as they stand must be left as they are."""
    if plain(keys) in unmarked() or keys in lookalikes().borrowed:
        return syllable_of(keys) is None
    return accented(syllable_of(keys) or "") == accented(syllable)


@pytest.mark.parametrize(("shapes", "tones"), [(TELEX_SHAPES, TELEX), (VNI_SHAPES, VNI)], ids=["telex", "vni"])
def test_every_syllable_of_vietnamese_comes_back_from_its_keys(shapes, tones):
    lost = [
        (way, syllable, keys, syllable_of(keys))
        for syllable in EVERY
        for way, keys in keyed(syllable, shapes, tones).items()
        if shapes is TELEX_SHAPES or "oo" not in plain(syllable)  # in VNI as in Telex bare oo is read as the commoner ô
        if not is_read_back(syllable, keys)
    ]
    assert lost == []


MARKED = [s for s in EVERY if s != plain(s) or s in unmarked()]  # all but xoong and its like, which look like keys


@given(st.lists(st.sampled_from(MARKED), min_size=1, max_size=12).map(" ".join))
def test_text_with_its_marks_is_left_alone(text):
    assert decoded(text) == text


@given(st.lists(st.sampled_from(sorted(unmarked())), min_size=1, max_size=12).map(" ".join))
def test_text_without_marks_is_left_alone(text):
    assert decoded(text) == text


@given(st.lists(st.sampled_from([s for s in EVERY if "oo" not in plain(s)]), min_size=1, max_size=12), st.data())
def test_a_whole_message_in_keys_comes_back(syllables, data):
    shapes, tones = data.draw(st.sampled_from([(TELEX_SHAPES, TELEX), (VNI_SHAPES, VNI)]))
    words = []
    for syllable in syllables:
        ways = keyed(syllable, shapes, tones)
        way = ways[data.draw(st.sampled_from(sorted(ways)))]
        words.append(way if way not in unsure() else syllable)
    message = " ".join(words)
    if any(map(str.isdigit, message)) or plain(message) == message:
        again = decoded(message)
        assert accented(again) in (accented(" ".join(syllables)), accented(message))
        if any(syllable_of(word) for word in words):
            assert accented(again) == accented(" ".join(expected(s, w) for s, w in zip(syllables, words, strict=True)))


def expected(syllable: str, keys: str) -> str:
    return syllable_of(keys) or keys if plain(keys) not in unmarked() else keys


def unsure() -> frozenset[str]:
    return lookalikes().telex | lookalikes().vni | lookalikes().borrowed


@given(st.text(max_size=80))
def test_whatever_is_written_is_read_once_and_for_all(text):
    once = decoded(text)
    assert decoded(once) == once


ENGLISH = """
I lost my driving licence and need a new one
How do I register the birth of my son who was born last month
Where can I renew my visa and my residence card
is there a fee for a copy of my marriage certificate
We want to open a coffee shop in Da Lat
my husband is from Korea, which papers does he need
tax for house rent
please help me to get a work permit for an English teacher
The police took my car, how long does it take to get it back
can a foreigner buy an apartment here
his passport was lost at the bus station
hi there, what is the cost of this form
Do you have the list of post offices near me
""".strip().splitlines()


@pytest.mark.parametrize("sentence", ENGLISH)
def test_plain_english_is_left_alone(sentence):
    assert decoded(sentence) == sentence
    assert decoded(sentence.lower()) == sentence.lower()


@pytest.mark.parametrize("word", sorted(lookalikes().telex))
def test_an_english_word_by_itself_is_left_alone(word):
    assert decoded(word) == word


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("tooi muoons lamf giaays khai sinh", "tôi muốn làm giấy khai sinh"),
        ("Tooi XIN giaays xacs nhaanj docjj thaan", "Tôi XIN giấy xác nhận docjj thân"),  # keyed twice: left
        ("ddawng kys kết hôn", "đăng ký kết hôn"),
        ("mats ĐĂNG KYS XE", "mát ĐĂNG KÝ XE"),
        ("Maats bawngf lais A1", "Mất bằng lái A1"),
        ("mat61 ba8ng2 lai1 hang5 A1", "mất bằng lái hạng A1"),
        ("xin gplx cho xe mays ddieenj", "xin gplx cho xe máy điện"),
        ("lamf visa cho vowj nguwowif Hanf", "làm visa cho vợ người Hàn"),
        ("trich luc khai sinj ban sao cho toi", "trich luc khai sinj ban sao cho toi"),  # a slip, not an input method
        ("hồ sơ 1.004222 thi bằng B2", "hồ sơ 1.004222 thi bằng B2"),
        ("con hoc lop1 o quan1", "con hoc lop1 o quan1"),
        ("đơn CT01", "đơn CT01"),
        ("xooong nooif", "xoong nồi"),
    ],
)
def test_mixed_writing(written, meant):
    assert decoded(written) == meant
