"""What people write, and what it means: one line a message."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.events import KEPT, Chose, Heard, Wrote
from bot.dialogue.world import World
from knowledge.understanding import (
    Ask,
    AskGeneral,
    Danger,
    DossierCode,
    GaveSecret,
    Is,
    Meaning,
    Named,
    ParcelCode,
    Pick,
    Speak,
    Wish,
    masked,
)

FIRE, POLICE, AMBULANCE = "114", "113", "115"

# fmt: off
MEANS: dict[str, Meaning] = {
    # courtesies and small talk
    "xin chào": Is("greeting"),
    "chào em nhé": Is("greeting"),
    "Alo": Is("greeting"),
    "cảm ơn em nhiều ạ": Is("thanks"),
    "cam on": Is("thanks"),
    "tạm biệt": Is("goodbye"),
    "ok": Is("agree"),
    "dạ vâng ạ": Is("agree"),
    "em ơi": Is("agree"),
    "bạn là ai vậy": Is("who"),
    "có phải robot không": Wish("có phải robot không"),
    "kể chuyện cười đi": Is("smalltalk"),
    "mày ngu thế": Is("insult"),
    "giá vàng hôm nay": Is("out_of_scope"),
    "dự báo thời tiết Lạng Sơn": Is("out_of_scope"),
    "???": Is("nothing"),
    "😀😀": Is("nothing"),
    "регистрация": Is("nothing"),
    # what settles the matter
    "giúp tôi với": Is("help"),
    "help": Is("help"),
    "thôi không làm nữa": Is("cancel"),
    "hủy": Is("cancel"),
    "HUỶ": Is("cancel"),
    "cho tôi gặp cán bộ": Is("person"),
    "toi muon noi chuyen voi nguoi that": Is("person"),
    "không phải mấy cái đó": Is("none"),
    "không": Is("none"),
    "xóa cuộc trò chuyện": Is("forget"),
    "english": Speak("en"),
    "do you speak english": Speak("en"),
    "tiếng việt": Speak("vi"),
    # choosing
    "2": Pick(2),
    "cái thứ hai": Pick(2),
    "cai thu 2": Pick(2),
    "số 3": Pick(3),
    "cái đầu tiên ạ": Pick(1),
    "cái cuối cùng": Pick(-1),
    "9": Pick(9),
    "the second one": Pick(2),
    # asked about what is on screen
    "phí bao nhiêu": Ask("fee"),
    "hết bao nhiêu tiền hả cháu": Ask("fee"),
    "mat bao nhieu tien vay em": Ask("fee"),
    "mất mấy ngày": Ask("time"),
    "thủ tục này làm mất bao lâu": Ask("time"),
    "bao giờ có kết quả": Ask("time"),
    "nộp ở đâu vậy em": Ask("place"),
    "có phải lên tận nơi không": Ask("place"),
    "cần mang theo những giấy tờ gì ạ": Ask("papers"),
    "con đi nộp thay được không": Ask("papers"),
    "gửi bưu điện được không": Ask("post"),
    "bưu tá có đến nhà lấy không": Ask("post"),
    "gửi bưu điện thì mất bao lâu": Ask("post"),
    "kết quả có gửi về nhà không": Ask("post"),
    "làm qua mạng được không": Ask("online"),
    "lấy mẫu đơn ở đâu": Ask("form"),
    "luật nào quy định": Ask("law"),
    "ai đi nộp được": Ask("who"),
    "how much does it cost": Ask("fee"),
    "how long does it take": Ask("time"),
    "what papers do i need": Ask("papers"),
    "can i send it by post": Ask("post"),
    # of the post itself
    "gửi bưu điện có an toàn không": AskGeneral("safe"),
    "gửi bưu điện mất bao nhiêu tiền": AskGeneral("cost"),
    "vắng nhà thì sao": AskGeneral("missed"),
    "hồ sơ của tôi tới đâu rồi": AskGeneral("track"),
    "bưu tá đòi thêm tiền": AskGeneral("complain"),
    "bot có lưu thông tin không": AskGeneral("privacy"),
    "có người hỏi mã otp": AskGeneral("fraud"),
    "cong an goi dien bao cai app": AskGeneral("fraud"),
    # the district is no more
    "có phải lên huyện không": AskGeneral("district"),
    "ra quận nộp hồ sơ": AskGeneral("district"),
    "lên huyện làm giấy khai sinh": Wish("lam giay khai sinh", district=True),
    "đăng ký xe ở công an huyện": Wish("dang ky xe", district=True),
    "giấy phép về quản lý vũ khí": Wish("giấy phép về quản lý vũ khí"),
    "ve quan ly dat": Wish("ve quan ly dat"),
    "mở quán ăn ở quán cũ": Wish("mở quán ăn ở quán cũ"),
    # codes
    "1.001193": Named("1.001193"),
    "mã 2.000815.000.00.00.H37": Named("2.000815"),
    "1001193": Named("1.001193"),
    "phí 1.001193": Named("1.001193", "fee"),
    "thủ tục 1.004222 cần giấy tờ gì": Named("1.004222", "papers"),
    "H26.15-260812-0042": DossierCode("H26.15-260812-0042"),
    "000.00.01.h37–261101–0001 tới đâu rồi": DossierCode("000.00.01.H37-261101-0001"),
    "ef123456789vn": ParcelCode("EF123456789VN"),
    "0912345678": Wish("0912345678"),
    "ngày 10/10/2025": Wish("ngày 10/10/2025"),
    # secrets given away, and words that only sound like it
    "otp là 123456": GaveSecret(),
    "mã otp của tôi 553211": GaveSecret(),
    "mật khẩu là Abc12345": GaveSecret(),
    "mat khau cua em la hoa1990": GaveSecret(),
    "4111 1111 1111 1111": GaveSecret(),
    "quên mật khẩu vneid mức 2": Wish("quên mật khẩu vneid mức 2"),
    # danger, and its false friends
    "nhà cháy": Danger(FIRE, "nhà cháy"),
    "Chay nha roi cuu voi": Danger(FIRE, "Chay nha roi cuu voi"),
    "nhà tôi bị cháy": Danger(FIRE, "nhà tôi bị cháy"),
    "chồng đánh tôi": Danger(POLICE, "chồng đánh tôi"),
    "hang xom danh nhau": Danger(POLICE, "hang xom danh nhau"),
    "cứu tôi với": Danger(POLICE, "cứu tôi với"),
    "mẹ tôi bất tỉnh": Danger(AMBULANCE, "mẹ tôi bất tỉnh"),
    "toi muon chet": Danger(AMBULANCE, "toi muon chet"),
    "hoả hoạn": Danger(FIRE, "hoả hoạn"),
    "xây nhà chạy tiến độ": Wish("xây nhà chạy tiến độ"),
    "máy có chạy không": Wish("máy có chạy không"),
    "bán chạy nhà": Wish("bán chạy nhà"),
    "ban chay nha hang": Wish("ban chay nha hang"),
    "quan com chay nha lam": Wish("quan com chay nha lam"),
    "phòng cháy chữa cháy": Wish("phòng cháy chữa cháy"),
    "bảo hiểm cháy nổ": Wish("bảo hiểm cháy nổ"),
    "chi phí cấp cứu": Wish("chi phí cấp cứu"),
    "trợ cấp cựu chiến binh": Wish("trợ cấp cựu chiến binh"),
    "tro cap cuu chien binh": Wish("tro cap cuu chien binh"),
    "dau tim lanh su": Wish("dau tim lanh su"),
    "giấy khai sinh cháy rồi làm sao": Wish("giấy khai sinh cháy rồi làm sao"),
    "bị cướp mất căn cước": Wish("bị cướp mất căn cước"),
    "chạy thận nhân tạo": Wish("chạy thận nhân tạo"),
    "đang chạy xe ôm muốn đổi bằng": Wish("đang chạy xe ôm muốn đổi bằng"),
    # wishes that resemble something else
    "con mới đẻ làm giấy gì": Wish("con mới đẻ làm giấy gì"),
    "công chứng giấy tờ": Wish("công chứng giấy tờ"),
    "giấy tờ nhà": Wish("giấy tờ nhà"),
    "vneid": Wish("vneid"),
    "<b>khai sinh</b>": Wish("khai sinh"),
    "đổi địa chỉ trên căn cước sau sáp nhập xã": Wish("đổi địa chỉ trên căn cước sau sáp nhập xã"),
    "vắng nhà cả năm có phải khai không": Wish("vắng nhà cả năm có phải khai không"),
    "kinh doanh xổ số": Wish("kinh doanh xổ số"),
}
# fmt: on


@pytest.mark.parametrize(("message", "meaning"), MEANS.items(), ids=MEANS)
def test_a_message_means(message: str, meaning: Meaning, world: World) -> None:
    assert world.understanding.of(message) == meaning


@pytest.mark.parametrize("message", MEANS)
def test_decomposed_and_shouted_text_means_the_same(message: str, world: World) -> None:
    kind = type(world.understanding.of(message))
    assert type(world.understanding.of(unicodedata.normalize("NFD", message))) is kind
    assert type(world.understanding.of(f"  {message.upper()} ")) is kind


@given(st.text(max_size=300))
def test_any_text_means_something(world: World, message: str) -> None:
    assert world.understanding.of(message) is not None


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("mã otp của em là 553211", "mã otp của em là •••"),
        ("mật khẩu là hoa1990 nhé", "mật khẩu là ••• nhé"),
        ("làm giấy khai sinh cho con 2 tuổi", "làm giấy khai sinh cho con 2 tuổi"),
    ],
)
def test_a_secret_given_away_is_not_kept(message: str, kept: str) -> None:
    assert masked(message) == kept
    assert Heard("test", "1", "1", Wrote(message)).as_shown == kept


def test_what_is_kept_of_a_message_is_limited() -> None:
    assert len(Heard("test", "1", "1", Wrote("a" * 10_000)).as_shown) == KEPT
    assert len(Heard("test", "1", "1", Chose("home", "a" * 10_000)).as_shown) == KEPT
