"""What people write, and what it means: one line a message."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.events import KEPT, Chose, Heard, Wrote
from bot.dialogue.world import World
from knowledge.lexicon import load_lexicon
from knowledge.text import fold
from knowledge.understanding import (
    Ask,
    AskGeneral,
    Book,
    Complain,
    Danger,
    DossierCode,
    GaveSecret,
    Is,
    Meaning,
    Named,
    OtherCode,
    ParcelCode,
    Pick,
    Speak,
    Track,
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
    "hồ sơ của tôi tới đâu rồi": Track(),
    "bưu tá đòi thêm tiền": Complain(),
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
    # keystrokes, teen writing, bookings, tracking, complaints, codes of all sorts, what was said before
    "Xin chafo": Is("greeting"),
    "chaof em": Is("greeting"),
    "camr own": Is("thanks"),
    "camr own nhieeuf nhes": Is("thanks"),
    "giups toio voiws": Is("help"),
    "giups tooi vowis": Is("help"),
    "thooi khoong lamf nuwax": Is("cancel"),
    "gawpj cans booj": Is("person"),
    "nhaf toio bij chasy": Danger(FIRE, "nhà tôi bị cháy"),
    "nhà cháy rồi": Danger(FIRE, "nhà cháy rồi"),
    "cuwus tooi vowis": Danger(POLICE, "cứu tôi với"),
    "me5 to6i bat61 ti3nh": Danger(AMBULANCE, "mẹ tôi bất tỉnh"),
    "phis bao nhieeu": Ask("fee"),
    "mat1 bao la6u": Ask("time"),
    "maats bao laau": Ask("time"),
    "nop65 o73 d9a6u": Ask("place"),
    "gửi buwu ddieenj dduwowcj khoong": Ask("post"),
    "ly hoon": Wish("ly hôn"),
    "mn cho e hỏi phí bn": Ask("fee"),
    "hết nhiu tiền z": Ask("fee"),
    "mai 9h qua nhà lấy hồ sơ khai sinh": Book("mai 9h qua nhà lấy hồ sơ khai sinh", "mai 9h hồ sơ khai sinh"),
    "mai 9h qua nha lay ho so khai sinh": Book("mai 9h qua nha lay ho so khai sinh", "mai 9h ho so khai sinh"),
    "mai 9h qua nhà lấy hồ sơ được không": Book("mai 9h qua nhà lấy hồ sơ được không", "mai 9h hồ sơ được không"),
    "cho bưu tá tới lấy giấy": Book("cho bưu tá tới lấy giấy", ""),
    "cho buu ta toi lay giay": Book("cho buu ta toi lay giay", ""),
    "cho bưu tá qua lấy giúp em được không": Book("cho bưu tá qua lấy giúp em được không", "em được không"),
    "đặt lịch lấy hồ sơ tại nhà": Book("đặt lịch lấy hồ sơ tại nhà", ""),
    "nhờ bưu điện qua lấy giúp": Book("nhờ bưu điện qua lấy giúp", ""),
    "nho buu dien qua lay giup": Book("nho buu dien qua lay giup", ""),
    "hẹn bưu tá chiều thứ 5": Book("hẹn bưu tá chiều thứ 5", "chiều thứ 5"),
    "gọi bưu tá giúp em": Book("gọi bưu tá giúp em", "giúp em"),
    "kêu bưu tá qua lấy hồ sơ làm lại bằng lái": Book("kêu bưu tá qua lấy hồ sơ làm lại bằng lái", "làm lại bằng lái"),
    "sáng mai em ở nhà, ghé lấy hồ sơ nhé": Book("sáng mai em ở nhà, ghé lấy hồ sơ nhé", "sáng mai em ở nhà, nhé"),
    "đặt lịch bưu tá": Book("đặt lịch bưu tá", ""),
    "chiều nay tới nhà lấy giấy tờ": Book("chiều nay tới nhà lấy giấy tờ", "chiều nay giấy tờ"),
    "ghé nhà lấy dùm": Book("ghé nhà lấy dùm", "dùm"),
    "cử người đến lấy hồ sơ giúp bà": Book("cử người đến lấy hồ sơ giúp bà", "bà"),
    "book a pickup tomorrow at 9am": Book("book a pickup tomorrow at 9am", "tomorrow at 9am"),
    "please pick up my papers tomorrow": Book("please pick up my papers tomorrow", "please tomorrow"),
    "schedule a pickup for my passport": Book("schedule a pickup for my passport", "for my passport"),
    "send a postman to my house": Book("send a postman to my house", "to my house"),
    "buu ta co den nha lay khong": Ask("post"),
    "bưu tá tới nhà lấy hồ sơ được không": Ask("post"),
    "gửi qua bưu điện được không": Ask("post"),
    "can you pick up my papers": Ask("post"),
    "tôi muốn nhận kết quả tại nhà": Ask("post"),
    "bưu tá đến nhà lấy bao nhiêu tiền": AskGeneral("cost"),
    "nhận hồ sơ tại nhà là gì": AskGeneral("what"),
    "đặt lịch làm căn cước": Wish("đặt lịch làm căn cước"),
    "đặt lịch lấy số làm hộ chiếu": Wish("đặt lịch lấy số làm hộ chiếu"),
    "đặt lịch thi bằng lái": Wish("đặt lịch thi bằng lái"),
    "giao hàng tận nơi": Is("out_of_scope"),
    "hồ sơ của tôi đến đâu rồi": Track(),
    "ho so cua toi den dau roi": Track(),
    "hoof sow cuar tooi ddeens ddaau roofi": Track(),
    "tra cứu hồ sơ": Track(),
    "tra cuu ho so": Track(),
    "tra cứu hồ sơ giúp em với": Track(),
    "sao lâu vậy chưa có kết quả": Track(),
    "sao lau vay chua co ket qua": Track(),
    "bưu tá tới chưa": Track(),
    "buu ta toi chua": Track(),
    "hs của e tới đâu r": Track(),
    "nộp 2 tuần rồi mà chưa có kết quả": Track(),
    "hồ sơ khai sinh của con em xong chưa": Track(),
    "tình trạng hồ sơ của tôi": Track(),
    "các hồ sơ của tôi": Track(),
    "kết quả của tôi về chưa": Track(),
    "khi nào bưu tá tới": Track(),
    "mấy giờ bưu tá đến vậy": Track(),
    "mã hồ sơ": Track(),
    "kiểm tra hồ sơ": Track(),
    "where is my application": Track(),
    "track my application": Track(),
    "status of my dossiers": Track(),
    "tra cứu hồ sơ người gốc việt ở công an": Wish("tra cứu hồ sơ người gốc việt ở công an"),
    "tra cứu quy hoạch": Wish("tra cứu quy hoạch"),
    "tra cứu phạt nguội": Wish("tra cứu phạt nguội"),
    "hồ sơ thất nghiệp gồm gì": Wish("hồ sơ thất nghiệp", aspect="papers"),
    "tôi muốn khiếu nại bưu tá": Complain(),
    "toi muon khieu nai buu ta": Complain(),
    "phục vụ tệ quá": Complain(),
    "phuc vu te qua": Complain(),
    "thái độ bưu tá lồi lõm quá": Complain(),
    "cán bộ phường hách dịch quá": Complain(),
    "phản ánh bưu điện giao chậm": Complain(),
    "nhân viên bưu điện thái độ quá": Complain(),
    "bức xúc quá đi": Complain(),
    "bad service": Complain(),
    "thủ tục khiếu nại quyết định hành chính": Wish("thủ tục khiếu nại quyết định hành chính"),
    "khiếu nại quyết định thu hồi đất": Wish("khiếu nại quyết định thu hồi đất"),
    "khiếu nại lần hai": Wish("khiếu nại lần hai"),
    "tố cáo cán bộ nhận hối lộ": Wish("tố cáo cán bộ nhận hối lộ"),
    "tôi muốn khiếu nại": Wish("tôi muốn khiếu nại"),
    "tệ quá": Is("insult"),
    "h56.14 240823 0001": DossierCode("H56.14-240823-0001"),
    "H56.14-240823-0001": DossierCode("H56.14-240823-0001"),
    "000.00.06.H56–231027–0361": DossierCode("000.00.06.H56-231027-0361"),
    "000 00 06 H56 231027 0361": DossierCode("000.00.06.H56-231027-0361"),
    "OOO.00.06.H56-231O27-0361": DossierCode("000.00.06.H56-231027-0361"),
    "mã hs: h56.14-240823-0001": DossierCode("H56.14-240823-0001"),
    "hồ sơ G22.99.08-260921-896048 xong chưa": DossierCode("G22.99.08-260921-896048"),
    "G09.20-20260609-0092637": DossierCode("G09.20-20260609-0092637"),
    "H56.14_240823_0001": DossierCode("H56.14-240823-0001"),
    "G22.99.3-241219795252": OtherCode("payment", "G22.99.3-241219795252"),
    "mã thanh toán G22.99.3-241219795252": OtherCode("payment", "G22.99.3-241219795252"),
    "03706/2026/07906": OtherCode("insurance_dossier", "03706/2026/07906"),
    "03706 / 2026 / 07906": OtherCode("insurance_dossier", "03706/2026/07906"),
    "DN4010123456789": OtherCode("health_insurance", "DN4010123456789"),
    "thẻ bhyt DN 4 01 0123456789 còn hạn không": OtherCode("health_insurance", "DN4010123456789"),
    "mất thẻ bhyt DN4010123456789": Wish("mất thẻ bhyt DN4010123456789"),
    "mã số bhxh 7916123456": OtherCode("social_insurance", "7916123456"),
    "bhxh của em là 0123456789 tra giúp": OtherCode("social_insurance", "0123456789"),
    "mất sổ bhxh 7916123456": Wish("mất sổ bhxh 7916123456"),
    "EF 123 456 789 VN": ParcelCode("EF123456789VN"),
    "ef-123456789-vn": ParcelCode("EF123456789VN"),
    "EF12345678OVN": ParcelCode("EF123456780VN"),
    "mã 1,001193": Named("1.001193"),
    "2. 000815": Named("2.000815"),
    "0912 345 678": Wish("0912 345 678"),
    "ngày 10.10.2025": Wish("ngày 10.10.2025"),
    "12/3 Trần Phú": Wish("12/3 Trần Phú"),
    "cái này mất bao nhiêu tiền": Ask("fee"),
    "cai nay mat bao nhieu tien": Ask("fee"),
    "cais nayf maats bao nhieeu tieenf": Ask("fee"),
    "thủ tục này mất bao lâu": Ask("time"),
    "nó mất bao nhiêu tiền": Ask("fee"),
    "vậy giấy tờ gồm gì": Ask("papers"),
    "còn thời gian thì sao": Ask("time"),
    "ở đâu nộp cái đó": Ask("place"),
    "còn phí thì sao": Ask("fee"),
    "thế còn gửi bưu điện thì sao": Ask("post"),
    "vậy nộp ở đâu": Ask("place"),
    "cái đó làm online được không": Ask("online"),
    "giấy tờ của cái này": Ask("papers"),
    "how long does this take": Ask("time"),
    "phí làm lại bằng lái bao nhiêu": Wish("phí làm lại bằng lái", aspect="fee"),
    "phi lam lai bang lai bao nhieu": Wish("phi lam lai bang lai", aspect="fee"),
    "phis lamf laij bawngf lais bao nhieeu": Wish("phí làm lại bằng lái", aspect="fee"),
    "làm lại bằng lái mất bao nhiêu tiền vậy ạ": Wish("làm lại bằng lái", aspect="fee"),
    "cho em hỏi đổi bằng lái cần những giấy tờ gì ạ": Wish("cho em hỏi đổi bằng lái", aspect="papers"),
    "lam can cuoc o dau": Wish("lam can cuoc", aspect="place"),
    "đăng ký kết hôn mất mấy ngày": Wish("đăng ký kết hôn", aspect="time"),
    "đăng ký tạm trú gửi qua bưu điện được không": Wish("đăng ký tạm trú", aspect="post"),
    "làm hộ chiếu online được không": Wish("làm hộ chiếu", aspect="online"),
    "how much is a passport": Wish("passport", aspect="fee"),
    "where do i register a birth": Wish("register a birth", aspect="place"),
    "giấy chuyển viện dùng được bao lâu": Wish("giấy chuyển viện dùng được bao lâu"),
    "lên huyện làm khai sinh ở đâu": Wish("lam khai sinh o dau", district=True),
    "lap cong ty gia dinh mot chu": Wish("lap cong ty gia dinh mot chu"),
    "ho tro thue tu van cho cong ty gia dinh": Wish("ho tro thue tu van cho cong ty gia dinh"),
    "tỷ giá usd hôm nay": Is("out_of_scope"),
    "ty gia hom nay": Is("out_of_scope"),
    "tien ma chay cho bo doi": Wish("tien ma chay cho bo doi"),
    "chết khi chữa cháy cho dân": Wish("chết khi chữa cháy cho dân"),
    "chong chet khi chua chay cho dan": Wish("chong chet khi chua chay cho dan"),
    "chay cho roi cuu voi": Danger(FIRE, "chay cho roi cuu voi"),
    "cháy chợ rồi": Danger(FIRE, "cháy chợ rồi"),
    "con toi bi tieu chay cho hoi bao hiem": Wish("con toi bi tieu chay cho hoi bao hiem"),
    "may co chay khong": Wish("may co chay khong"),
    "nhà cháy trắng tay xin xét nghèo giữa năm": Wish("nhà cháy trắng tay xin xét nghèo giữa năm"),
    "mở điểm sơ cấp cứu chữ thập đỏ": Wish("mở điểm sơ cấp cứu chữ thập đỏ"),
    "giấy phép dự báo thời tiết hết hạn": Wish("giấy phép dự báo thời tiết hết hạn"),
    "register a secret family medicine recipe": Wish("register a secret family medicine recipe"),
    "bị lừa đất nhờ ai bênh": Wish("bị lừa đất nhờ ai bênh"),
    "bị lừa": AskGeneral("fraud"),
    "đổi số điện thoại nhận mã otp thuế": Wish("đổi số điện thoại nhận mã otp thuế"),
    "đông y": Wish("đông y"),
    "đồng ý": Is("agree"),
    "dong y": Is("agree"),
    "bán nhà": Wish("bán nhà"),
    "giấy tờ ô tô": Wish("giấy tờ ô tô"),
    "làm giày cần giấy tờ gì": Wish("làm giày", aspect="papers"),
    "đi thi": Wish("đi thi"),
    "mã otp laf 553211": GaveSecret(),
    "H56.14\n240823-0001": DossierCode("H56.14-240823-0001"),
    "ddawjt lichj buwu tas": Book("đặt lịch bưu tá", ""),
    "ddawng kys tajm trus": Wish("đăng ký tạm trú"),
    "e mún lm gks cho con": Wish("e mún lm gks cho con"),
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


# Whoever is in danger, or being cheated, is told that first; the procedure stands on a button below it.
TAKEN_RIGHTLY = {
    "bị chồng đánh cần chỗ ở tạm",
    "bị xâm hại cần được bảo vệ ngay",
    "trẻ bị xâm hại cần giúp đỡ lâu dài",
    "con bị xâm hại tình dục xã giúp gì",
    "bố nghiện ma túy đe dọa giết con",
    "chồng đánh xin lệnh cấm đến gần",
    "hàng xóm bị chồng đánh đập, nhờ xã cấm tiếp xúc",
    "con đang đi bộ đội nhà bị cháy",
    "xã sáp nhập có phải làm lại căn cước không",
    "bị lừa đảo lộ vneid muốn khóa gấp",
}


def test_no_way_to_say_a_procedure_is_taken_for_something_else(world: World) -> None:
    """With marks or without: no danger, nothing out of scope, no question of the FAQ, no booking."""
    phrases = {phrase for entry in load_lexicon().entries for phrase in entry.phrases()} - TAKEN_RIGHTLY
    said = sorted(phrases | {fold(phrase) for phrase in phrases} - {fold(phrase) for phrase in TAKEN_RIGHTLY})
    taken = {words: meaning for words in said if not isinstance(meaning := world.understanding.of(words), Wish)}
    assert taken == {}


@pytest.mark.parametrize("phrase", sorted(TAKEN_RIGHTLY))
def test_what_is_taken_rightly_is_still_taken(phrase: str, world: World) -> None:
    assert isinstance(world.understanding.of(phrase), Danger | AskGeneral)


def test_a_real_danger_is_not_talked_away(world: World) -> None:
    for said in ("nha may co chay", "nha dang chay", "chay cho cuu voi", "xe dang chay cuu voi", "bep chay nha roi"):
        assert world.understanding.of(said) == Danger(FIRE, said), said


def test_a_secret_typed_in_keystrokes_is_not_kept() -> None:
    assert masked("mã otp laf 553211") == "mã otp laf •••"


@pytest.mark.parametrize(
    ("code", "doubtful"),
    [
        ("H56.14-240823-0001", False),
        ("H56.14-261121-0001", False),
        ("H56.14-261122-0001", True),
        ("H56.14-241323-0001", True),
        ("G09.20-20260609-0092637", False),
        ("G09.20-20261209-0092637", True),
    ],
)
def test_a_dossier_code_of_a_day_that_cannot_be_is_doubtful(code: str, doubtful: bool) -> None:
    assert DossierCode(code).is_doubtful(date(2026, 11, 21)) is doubtful
