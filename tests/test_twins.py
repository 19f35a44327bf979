"""Near twins are told apart by one question."""

from datetime import date

import pytest

from knowledge.twins import are_twins, besides_traits, best_split, split_by, trait_of, traits_said
from procedures_catalog.models import Level, Postal, PostalWay, Procedure, Source

UNKNOWN = PostalWay(possible=None)


def procedure(code: str, name: str, *levels: Level) -> Procedure:
    return Procedure(
        code=code, name=name, levels=levels, documents=None,
        postal=Postal(send=UNKNOWN, back=UNKNOWN), source=Source(document="x", as_of=date(2026, 1, 1)),
    )  # fmt: skip


BIRTH = procedure("1.000001", "Thủ tục đăng ký khai sinh", "commune")
BIRTH_AGAIN = procedure("1.000002", "Thủ tục đăng ký lại khai sinh", "commune")
BIRTH_FOREIGN = procedure("1.000003", "Thủ tục đăng ký khai sinh có yếu tố nước ngoài", "commune")
CARD_CHILD = procedure("1.000004", "Cấp thẻ căn cước cho người dưới 14 tuổi")
CARD_ADULT = procedure("1.000005", "Cấp thẻ căn cước cho người từ đủ 14 tuổi trở lên")


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("Cấp lại thẻ căn cước", "again"),
        ("Đổi, cấp lại Giấy xác nhận khuyết tật", "again"),
        ("Cấp đổi thẻ căn cước", "exchange"),
        ("Đổi giấy phép lái xe", "exchange"),
        ("Hỗ trợ chi phí mai táng cho đối tượng bảo trợ xã hội", "first"),
        ("Xác nhận thông tin về cư trú đối với công dân", "first"),
        ("Di chuyển hồ sơ người có công", "change"),
        ("Cấp giấy phép xây dựng sửa chữa, cải tạo nhà", "first"),
        ("Thay đổi, cải chính hộ tịch", "correct"),
        ("Gia hạn tạm trú", "extend"),
        ("Xóa đăng ký thường trú", "end"),
        ("Cấp bản sao trích lục hộ tịch", "copy"),
        ("Lĩnh bằng tiền mặt", "first"),
        ("Tạm ngừng kinh doanh", "pause"),
    ],
)
def test_the_act_is_read_from_whole_words_of_the_name(name: str, act: str) -> None:
    """ "thông" is not "hỏng", "đối" is not "đổi"."""
    assert trait_of(procedure("1.000009", name), "act") == act


@pytest.mark.parametrize(
    ("name", "abroad"),
    [
        (BIRTH.name, "domestic"),
        (BIRTH_FOREIGN.name, "foreign"),
        ("Cấp phiếu cho công dân Việt Nam, người nước ngoài đang cư trú tại Việt Nam", "domestic"),
        ("Ghi vào Sổ hộ tịch việc kết hôn đã được giải quyết tại cơ quan của nước ngoài", "noted"),
        ("Đăng ký khai sinh tại khu vực biên giới", "border"),
    ],
)
def test_whether_another_country_is_involved_is_read_from_the_name(name: str, abroad: str) -> None:
    assert trait_of(procedure("1.000009", name), "abroad") == abroad


@pytest.mark.parametrize(
    ("said", "traits"),
    [
        ("cấp lại", {"again"}),
        ("bị mất rồi", {"again"}),
        ("đổi", {"exchange"}),
        ("làm mới", {"first"}),
        ("trong nước", {"domestic"}),
        ("có yếu tố nước ngoài", {"foreign"}),
        ("cho trẻ em dưới 14", {"child"}),
        ("ở xã", {"commune"}),
        ("replace, it is lost", {"again"}),
        ("đối với tôi", set()),
        ("làm sao giờ", set()),
    ],
)
def test_a_free_answer_names_traits(said: str, traits: set[str]) -> None:
    assert traits_said(said) == traits


def test_the_rest_of_an_answer_says_what_it_is_about() -> None:
    assert besides_traits("đăng ký kết hôn") == {"ket", "hon"}


def test_the_question_asked_is_the_one_that_leaves_fewest() -> None:
    split = best_split([BIRTH, BIRTH_AGAIN])
    assert split is not None
    assert split.difference == "act"
    assert dict(split.answers) == {"first": (BIRTH.code,), "again": (BIRTH_AGAIN.code,)}


def test_of_equal_questions_the_plainer_comes_first() -> None:
    split = best_split([BIRTH, BIRTH_FOREIGN])
    assert split is not None
    assert split.difference == "abroad"


def test_age_and_level_tell_apart_too() -> None:
    ages = split_by("age", [CARD_CHILD, CARD_ADULT])
    assert [trait for trait, _ in ages.answers] == ["child", "adult"]
    lost = [procedure("1.000006", "Báo mất", "commune"), procedure("1.000007", "Báo mất", "province", "commune")]
    levels = best_split(lost)
    assert levels is not None
    assert [trait for trait, _ in levels.answers] == ["commune", "province+commune"]


def test_what_nothing_tells_apart_is_not_asked_about() -> None:
    assert best_split([BIRTH, BIRTH.model_copy(update={"code": "1.000008"})]) is None


def test_every_answer_leaves_something_and_nothing_is_lost() -> None:
    all_of_them = [BIRTH, BIRTH_AGAIN, BIRTH_FOREIGN]
    split = best_split(all_of_them)
    assert split is not None
    assert sorted(code for _, codes in split.answers for code in codes) == sorted(p.code for p in all_of_them)


def test_twins_share_their_words() -> None:
    assert are_twins([BIRTH, BIRTH_AGAIN, BIRTH_FOREIGN])
    assert not are_twins([BIRTH, CARD_CHILD])
