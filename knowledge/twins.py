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


def words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b")


# A trait and the folded words that show it, in names and in answers alike; the first that fits counts.
TRAITS: dict[Difference, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "abroad": (
        ("domestic", words("cong dan viet nam nguoi nuoc ngoai|cua viet nam co quan|khong lien quan|trong nuoc")),
        ("border", words(r"khu vuc bien gioi|bien gioi")),
        ("living_abroad", words(r"o nuoc ngoai voi nhau|cu tru o nuoc ngoai|sinh ra o nuoc ngoai|song o nuoc ngoai")),
        ("noted", words("ghi vao so ho tich|da duoc giai quyet tai|da dang ky tai co quan co tham quyen")),
        ("foreign", words(r"nuoc ngoai|foreign|abroad")),
    ),
    "act": (
        ("mobile", words(r"luu dong|mobile")),
        ("end", words(r"cham dut|xoa|thu hoi|huy|giai the|end|cancel")),
        ("pause", words(r"tam dung|tam ngung|pause")),
        ("extend", words(r"gia han|extend|renew")),
        ("again", words(r"cap lai|dang ky lai|lam lai|bi mat|(?<!tien )(?<!co )mat|hong|rach|lost|again|reissue")),
        ("exchange", words(r"cap doi|(?<!thay )(?<!chuyen )(?<!sua )doi(?! voi| tuong| song)|exchange")),
        ("correct", words(r"dinh chinh|cai chinh|chinh sua|sua(?! chua)|sai(?! gon)|correct")),
        ("change", words(r"thay doi|dieu chinh|chuyen|change")),
        ("copy", words(r"ban sao|trich luc|sao y|copy")),
        ("first", words(r"lan dau|cap moi|moi|dang ky|first|new")),
    ),
    "age": (
        ("child", words(r"duoi 1?\d|(?:\d|1[0-3]) tuoi|tre em|tre con|em be|chua thanh nien|child")),
        ("adult", words(r"tu du 14|tu du 18|(?:1[4-9]|[2-9]\d) tuoi|nguoi lon|adult")),
    ),
    "level": (
        ("commune", words(r"xa|phuong|commune")),
        ("province", words(r"tinh|thanh pho|province")),
    ),
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
    return shown_by(name, difference) or NO_TRAIT[difference]


def traits_said(text: str) -> frozenset[str]:
    """The traits a free answer names, at most one of each kind.

    >>> sorted(traits_said("cấp lại cho trẻ em")), sorted(traits_said("dạ vâng"))
    (['again', 'child'], [])
    """
    said = fold(text)
    return frozenset(trait for difference in TRAITS if (trait := shown_by(said, difference)))


def besides_traits(text: str) -> frozenset[str]:
    """The words of an answer that name no trait.

    >>> sorted(besides_traits("cấp lại bằng lái"))
    ['bang', 'lai']
    """
    left = fold(text)
    for difference in TRAITS:
        for _, pattern in TRAITS[difference]:
            left = pattern.sub(" ", left)
    return frozenset(left.split())


def shown_by(folded: str, difference: Difference) -> str | None:
    return next((trait for trait, pattern in TRAITS[difference] if pattern.search(folded)), None)
