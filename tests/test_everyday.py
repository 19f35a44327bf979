"""Very ordinary sentences, as people type them: without marks, in shorthand, in southern words, with old places."""

import pytest

from bot.dialogue.world import World
from knowledge.bereavement import load_bereaved
from knowledge.meanings import Ask, AskGeneral, Aspect, Book, Complain, Is, Manage, Meaning, Track, Wish
from knowledge.shorthand import Shorthand

BIRTH, DEATH, MARRIAGE, SINGLE = "1.001193", "1.000656", "1.000894", "1.004873"
BIRTH_AND_MORE = (BIRTH, "2.000986", "2.001023")
ABROAD = "2.000806"  # a marriage
ID_CARD, CHILDS_ID_CARD, LOST_ID_CARD = "1.014061", "1.014062", "1.014064"
PASSPORT, LICENCE, LOST_LICENCE = "1.001456", "3.000347", "3.000348"
TEMPORARY, PERMANENT, RESIDENCE = "1.004194", "1.004222", "1.010041"
LAND, INHERITED, LOST_LAND, SPLIT_LAND = "1.013831", "2.001406", "1.012786", "1.012784"
CAR_SOLD, LOST_CAR_PAPER = "1.013076", "1.013082"

# The procedure that is found first (any of several), and the aspect that is asked of it.
WISHES: dict[str, tuple[str | tuple[str, ...], Aspect | None]] = {
    # by post: the core wish
    "muốn gửi hồ sơ khai sinh qua bưu điện": (BIRTH, "post"),
    "gửi hồ sơ khai sinh qua bưu điện được không": (BIRTH, "post"),
    "I want to send my birth registration by post": (BIRTH, "post"),
    "gửi giấy khai sinh qua bưu điện": (BIRTH, "post"),
    "nộp qua bưu điện hồ sơ khai sinh": (BIRTH, "post"),
    "nhận kết quả khai sinh tại nhà": (BIRTH, "post"),
    "khai sinh trả kết quả về nhà được không": (BIRTH, "post"),
    "gửi hồ sơ khai sinh qua bưu điện mất bao nhiêu tiền": (BIRTH, "post"),
    "lam khai sinh qua buu dien": (BIRTH, "post"),
    "muốn nộp hồ sơ kết hôn qua bưu điện": (MARRIAGE, "post"),
    "gửi hồ sơ làm lại bằng lái qua bưu điện đc ko": (LOST_LICENCE, "post"),
    "muon nop ho so xin giay doc than qua buu dien": (SINGLE, "post"),
    "can i get my passport by mail": (PASSPORT, "post"),
    # somebody died, and what only looks so
    "mẹ em mất rồi": (DEATH, None),
    "bố em mất rồi": (DEATH, None),
    "ba noi toi mat hom qua": (DEATH, None),
    "me toi mat tuan truoc can lam gi": (DEATH, None),
    "mẹ em mất rồi, giờ làm giấy gì": (DEATH, None),
    "em mất con": (DEATH, None),
    "bà nội em qua đời tháng trước": (DEATH, None),
    "tia tui mới mất, giờ phải làm giấy tờ gì": (DEATH, None),
    "ong ngoai mat hom kia, lam giay bao tu o dau": (DEATH, "place"),
    "má tui chết rồi khai báo ở đâu": (DEATH, "place"),
    "mẹ mất sổ đỏ": (LOST_LAND, None),
    "vợ tôi mất cccd": (LOST_ID_CARD, None),
    "con tôi mất giấy khai sinh": (("1.004884", "2.000635"), None),
    "bố mất sang tên xe": (CAR_SOLD, None),
    "bố mất để lại nhà đất": ((INHERITED, LAND), None),
    "bố mất để lại sổ đỏ giờ sang tên cho con": ((INHERITED, LAND), None),
    # with a foreigner
    "vo toi nguoi trung quoc muon dang ky ket hon": (ABROAD, None),
    "chồng em người Hàn muốn đăng ký kết hôn": (ABROAD, None),
    "cưới bạn gái người Lào": (ABROAD, None),
    "cưới vợ người campuchia": (ABROAD, None),
    "lấy chồng đài loan cần giấy gì": (ABROAD, "papers"),
    "lam khai sinh cho con, vo chong chua dang ky ket hon": ((BIRTH, "1.000689"), None),
    # where they live says nothing of what they want
    "tôi ở xã Cẩm Giàng muốn làm khai sinh": (BIRTH, None),
    "làm khai sinh ở xã Cẩm Giàng": (BIRTH, None),
    "nhà toi o phuong Ngoc Lam quan Long Bien Ha Noi thi nop khai sinh o dau": (BIRTH, "place"),
    "làm giấy khai sinh ở phường Hoàng Văn Thụ Lạng Sơn": (BIRTH, None),
    "toi o xa tan thanh muon dang ky tam tru": (TEMPORARY, None),
    "em ở p. Đông Kinh muốn làm hộ chiếu": (PASSPORT, None),
    "công an xã Tân Lập làm căn cước được không": (ID_CARD, None),
    "tôi ở thị trấn Đồng Đăng muốn làm căn cước": (ID_CARD, None),
    "nha o quan Go Vap muon dang ky tam tru": (TEMPORARY, None),
    "xin xác nhận của xã Tân Lập": (RESIDENCE, None),  # whose paper it is stays
    # a birth, a marriage
    "e moi sinh be xong muon lam giay ks thi lm sao": (BIRTH_AND_MORE, None),
    "vk e moi de, can lam giay to gi": (BIRTH_AND_MORE, None),
    "con tui dc 3 thang roi ma chua lam khai sanh": (BIRTH_AND_MORE, None),
    "lam khai sinh cho chau noi, me no bo di roi": (BIRTH, None),
    "cho hoi giay doc than lam o dau": (SINGLE, "place"),
    "xin giấy xác nhận độc thân để cưới vợ": (SINGLE, None),
    "e mun dk kết hôn vs ng yêu": (MARRIAGE, None),
    "2 vk ck muon lam giay dk ket hon can j": (MARRIAGE, "papers"),
    # cards, licences, passports
    "mat bang lai xe gio sao": (LOST_LICENCE, None),
    "rớt mất bằng lái rồi làm lại bao nhiêu tiền": (LOST_LICENCE, "fee"),
    "bằng lái hết hạn đổi ở đâu": (LICENCE, "place"),
    "lam mat can cuoc roi lm lai o dau z": (LOST_ID_CARD, "place"),
    "mất cà vẹt xe": ((LOST_CAR_PAPER, "1.013080"), None),
    "mua xe cu cua nguoi ta gio sang ten sao": (CAR_SOLD, None),
    "bán xe rồi mà chưa sang tên": ((CAR_SOLD, "1.013065"), None),
    "lam ho chieu lan dau het bn tien": (PASSPORT, "fee"),
    "ho chieu bao lau co": (PASSPORT, "time"),
    "mất hộ chiếu ở sân bay": (("1.001445", "1.010386"), None),
    "photo cong chung can cuoc o dau": ("2.000815", "place"),
    "lam ly lich tu phap online dc ko": ("3.000333", "online"),
    # land, home
    "so do bi mat lam lai": (LOST_LAND, None),
    "tach so do cho con": ((SPLIT_LAND, LAND), None),
    "cho con dat thi lam giay gi": ((LAND, "2.001035"), None),
    "xay nha can xin phep ko": ("1.013225", None),
    "nhập hộ khẩu cho vợ": (PERMANENT, None),
    "dang ky tam tru cho nguoi thue tro": (TEMPORARY, None),
    "chuyen khau ve nha chong": (PERMANENT, None),
    "tách khẩu ra ở riêng": ("1.010038", None),
    "xin giay xac nhan cu tru de cho con di hoc": (RESIDENCE, None),
    # work, money, shops
    "bi cho nghi viec muon lanh tien that nghiep": ("1.014748", None),
    "nghi viec roi rut bhxh 1 lan": ("1.001613", None),
    "moi sinh con xong lay tien thai san ntn": ("2.000693", None),
    "mua bao hiem y te cho me": ("1.001939", None),
    "mở tiệm tạp hóa cần giấy tờ gì": ("1.001612", "papers"),
    "nhà tui nghèo quá muốn xin hộ nghèo": ("1.011607", None),
    "me toi 80 tuoi duoc huong tro cap gi": ("1.014027", None),
    "con tôi bị khuyết tật xin trợ cấp": (("1.001776", "1.001699"), None),
}


@pytest.mark.parametrize("said", WISHES)
def test_a_wish_finds_its_procedure(said: str, world: World) -> None:
    codes, aspect = WISHES[said]
    meaning = world.understanding.of(said)
    assert isinstance(meaning, Wish)
    assert meaning.aspect == aspect
    found = world.search.find(meaning.text)
    assert found.fits
    assert found.hits[0].code in ((codes,) if isinstance(codes, str) else codes)


# Not looked for.
MEANS: dict[str, Meaning] = {
    # of what is on screen, in shorthand
    "gui buu dien dc ko": Ask("post"),
    "co gui qua buu dien duoc ko": Ask("post"),
    "nop qua buu dien dc k": Ask("post"),
    "gửi bưu điện được hông": Ask("post"),
    "buu ta den nha lay dc khong": Ask("post"),
    "ship hồ sơ được ko": Ask("post"),
    "bn tien v": Ask("fee"),
    "phi nhiu": Ask("fee"),
    "lm o dau z": Ask("place"),
    "nộp ở đâu z": Ask("place"),
    "can giay to j": Ask("papers"),
    "mang theo j": Ask("papers"),
    "mấy ngày xong": Ask("time"),
    "mấy ngày thì xong": Ask("time"),
    "bao lâu thì lấy được": Ask("time"),
    "hs toi dau r": Track(),
    # the frame with nothing in it
    "gửi hồ sơ qua bưu điện": Ask("post"),
    "nhận kết quả tại nhà": Ask("post"),
    # goods are no papers
    "gửi hàng ra nước ngoài qua bưu điện": Wish("gửi hàng ra nước ngoài qua bưu điện"),
    "không muốn nhận giấy mời tòa qua bưu điện": Wish("không muốn nhận giấy mời tòa qua bưu điện"),
    "trông trẻ tại nhà": Wish("trông trẻ tại nhà"),
    # postage is no identity card
    "cước bao nhiêu": AskGeneral("cost"),
    "cuoc bao nhieu": AskGeneral("cost"),
    "can cuoc bao nhieu": Wish("can cuoc bao nhieu"),
    # no more
    "thôi không gửi nữa": Is("cancel"),
    "tôi đổi ý, không gửi nữa": Is("cancel"),
    "toi doi y khong gui nua": Is("cancel"),
    "huy don": Manage("cancel"),
    "hủy lịch hẹn": Manage("cancel"),
    # who is complained about
    "cán bộ xã hành dân, làm giấy khai sinh mà đi lại năm lần bảy lượt không xong": AskGeneral("officials"),
    "cán bộ xã nhận tiền của tôi": AskGeneral("officials"),
    "tôi muốn tố cáo cán bộ xã": AskGeneral("officials"),
    "cán bộ phường bắt tôi đi lại nhiều lần": AskGeneral("officials"),
    "cong an xa doi tien": AskGeneral("officials"),
    "ủy ban phường thái độ phục vụ tệ quá": AskGeneral("officials"),
    "bưu tá đòi thêm tiền": Complain(),
    "cán bộ bưu điện thái độ quá": Complain(),
    "phục vụ tệ quá": Complain(),
    "tố cáo công an xã": Wish("tố cáo công an xã"),
    # neither a wish nor a question
    "test": Is("greeting"),
    "haha": Is("smalltalk"),
    "dm bot ngu": Is("insult"),
    "ngu quá, vô dụng": Is("insult"),
    "ok ok": Is("agree"),
    "ok không": Wish("ok không"),
    "cho người tới nhà lấy hồ sơ khai sinh": Book("cho người tới nhà lấy hồ sơ khai sinh", "hồ sơ khai sinh"),
}


@pytest.mark.parametrize("said", MEANS)
def test_a_message_means(said: str, world: World) -> None:
    assert world.understanding.of(said) == MEANS[said]


@pytest.mark.parametrize("said", ["Thị trấn Na Sầm huyện Văn Lãng", "o xa hoang dong tp lang son", "ở Lạng Sơn"])
def test_a_place_alone_is_no_procedure(said: str, world: World) -> None:
    meaning = world.understanding.of(said)
    assert isinstance(meaning, Wish)
    found = world.search.find(meaning.text)
    assert (found.hits, found.fits) == ((), False)


def test_what_was_lost_with_a_wallet_is_nobodys_death(world: World) -> None:
    assert not world.search.find("tôi mất ví hôm qua").fits


@pytest.mark.parametrize("said", ["giấy tờ của mẹ mất rồi", "giay to me mat roi", "mẹ em mất giấy tờ", "em mất rồi"])
def test_papers_that_were_lost_are_nobodys_death(said: str) -> None:
    assert not load_bereaved().says(said)


def test_english_has_no_shorthand(world: World) -> None:
    shorthand = Shorthand(world.understanding.words, world.understanding.words.small)
    said = "where can i get a copy of my birth certificate"
    assert shorthand.written_out(said) == said
    assert shorthand.written_out("gui dc k e") == "gui duoc khong em"


# Asked in a word or in a sentence, it is the same.
SAME = ["khai sinh", "kết hôn", "khai tử", "hộ chiếu", "lý lịch tư pháp", "giấy độc thân", "tách hộ"]


@pytest.mark.parametrize("word", SAME)
def test_a_word_and_a_sentence_of_it_find_the_same(word: str, world: World) -> None:
    alone = world.search.find(word)
    for said in (f"tôi muốn làm {word}", f"làm {word}", f"cho hỏi thủ tục {word}"):
        found = world.search.find(said)
        assert (found.hits[0].code, found.confident) == (alone.hits[0].code, alone.confident), said
