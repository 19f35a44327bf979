"""What tells near twins apart: the question that splits a handful of procedures best.

Official names of near twins differ in a few regular ways (first time or again, at home or with a foreign element,
commune or province); each way is a kind of difference, read from the name and the level.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.text import fold
from procedures_catalog.models import Procedure

Difference = Literal["abroad", "act", "age", "level"]  # in the order they are asked

# A trait and the folded words that show it, in names and in answers alike; the first that fits counts.
TRAITS: dict[Difference, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "abroad": (
        ("border", re.compile(r"khu vuc bien gioi|bien gioi")),
        ("living_abroad", re.compile(r"o nuoc ngoai voi nhau|cu tru o nuoc ngoai|sinh ra o nuoc ngoai|song o nuoc ngoai")),
        ("noted", re.compile(r"ghi vao so ho tich|da duoc giai quyet tai|da dang ky tai co quan co tham quyen cua nuoc ngoai")),
        ("foreign", re.compile(r"yeu to nuoc ngoai|nguoi nuoc ngoai|nuoc ngoai|foreign")),
    ),
    "act": (
        ("mobile", re.compile(r"luu dong|mobile")),
        ("end", re.compile(r"cham dut|xoa dang ky|xoa|thu hoi|huy|giai the|end|cancel")),
        ("pause", re.compile(r"tam dung|tam ngung|pause")),
        ("extend", re.compile(r"gia han|extend|renew")),
        ("again", re.compile(r"cap lai|dang ky lai|lam lai|bi mat|lost|again|reissue")),
        ("exchange", re.compile(r"cap doi|doi giay|doi the|doi chung nhan|doi|hong|rach|exchange")),
        ("correct", re.compile(r"dinh chinh|cai chinh|sua|sai|correct")),
        ("change", re.compile(r"thay doi|dieu chinh|chuyen|change")),
        ("copy", re.compile(r"ban sao|trich luc|sao|copy")),
        ("first", re.compile(r"^(?!.*(?:cap lai|gia han)).*(?:lan dau|cap moi|moi|dang ky|cap|first|new)")),
    ),
    "age": (
        ("child", re.compile(r"duoi 14|duoi 6|tre em|chua thanh nien|child")),
        ("adult", re.compile(r"tu du 14|tu du 18|nguoi lon|adult")),
    ),
    "level": (),
}  # fmt: skip

ALIKE = 0.6  # share of the shorter name's words

NO_TRAIT = {"abroad": "domestic", "act": "first", "age": "any_age", "level": "any_level"}


@dataclass(frozen=True)
class Split:
    """A question and its possible answers, each with the codes it leaves."""

    difference: Difference
    answers: tuple[tuple[str, tuple[str, ...]], ...]  # (trait, codes)


def best_split(procedures: Sequence[Procedure]) -> Split | None:
    """The difference that leaves the fewest procedures whatever the answer; None when nothing tells them apart."""
    splits = [split_by(difference, procedures) for difference in TRAITS]
    helping = [s for s in splits if most_left(s) < len(procedures)]
    return min(helping, key=most_left, default=None)


def split_by(difference: Difference, procedures: Sequence[Procedure]) -> Split:
    groups: dict[str, list[str]] = defaultdict(list)
    for procedure in procedures:
        groups[trait_of(procedure, difference)].append(procedure.code)
    return Split(difference, tuple((trait, tuple(codes)) for trait, codes in groups.items()))


def most_left(split: Split) -> int:
    return max(len(codes) for _, codes in split.answers)


def are_twins(procedures: Sequence[Procedure]) -> bool:
    """Whether the names share most of their words, so that a list of names would not help to choose."""
    names = [set(fold(p.name).split()) for p in procedures]
    return all(len(names[0] & other) >= ALIKE * min(len(names[0]), len(other)) for other in names[1:])


def trait_of(procedure: Procedure, difference: Difference) -> str:
    if difference == "level":
        return "+".join(procedure.levels) or NO_TRAIT["level"]
    name = fold(procedure.name).removeprefix("thu tuc ")
    return next((trait for trait, words in TRAITS[difference] if words.search(name)), NO_TRAIT[difference])


def trait_said(text: str) -> str | None:
    """The trait a free answer names: "cấp lại" -> "again"; None when it names none."""
    said = fold(text)
    for group in ("abroad", "act", "age"):
        for trait, words in TRAITS[group]:
            if words.search(said):
                return trait
    return None
