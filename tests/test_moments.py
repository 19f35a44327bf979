"""Days and hours as people write them, and the many numbers and words that are none."""

from datetime import date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.moments import LONGEST, Moment, read_moment
from knowledge.text import fold

VIETNAM = timezone(timedelta(hours=7))
SATURDAY = datetime(2026, 11, 21, 10, tzinfo=VIETNAM)

# Each line: what is read, then how it is written, by semicolons. "?" is not sure, ".." a span, am and pm the shift.
# Worked out by hand for Saturday 21/11/2026, 10:00; Monday next is 23/11, the Thursday after it 26/11.
ON_SATURDAY = """
21/11: hôm nay; Hôm nay; HÔM NAY; hom nay; bữa nay; bua nay; hnay; today; Today; ngay hôm nay; trong hôm nay; ngày 21
21/11 pm: chiều nay; chieu nay; Chiều Nay; chiêù nay; buổi chiều hôm nay; this afternoon; hôm nay buổi chiều
21/11 am: sáng nay; sang nay; this morning
21/11 ?: tối nay; toi nay; tonight; trưa nay; đêm nay; this evening
22/11: mai; Mai; MAI; ngày mai; ngay mai; hôm mai; bữa mai; tomorrow; tmr; mai nhé; mai nha em; mai hk; mai đc hk; mai
  được không; mai luôn đi em; mai qua lấy nhé; em mai rảnh; chủ nhật; Chủ Nhật; CHỦ NHẬT; chu nhat; chúa nhật; cn; CN;
  c.n; cn này; chủ nhật này; Sunday; 1 ngày nữa
22/11 am: sáng mai; sang mai; s mai; S mai nhé; Sáng Mai; SÁNG MAI; mai sáng; sáng sớm mai; sáng ngày mai; tomorrow
  morning; đầu giờ sáng mai; buổi sáng mai; mai buổi sáng; sáng chủ nhật; sáng cn; mai, buổi sáng
22/11 pm: chiều mai; chieu mai; chìêu mai; mai chiều; chiều ngày mai; tomorrow afternoon; chiều cn; em rảnh chiều mai;
  mai thì buổi chiều; chiều mai hk
22/11 ?: tối mai; toi mai; trưa mai; mai trưa; đêm mai; noon tomorrow; mai hoặc mốt; mai hay mốt; mai hoặc thứ 3; chị
  mai qua lấy nhé
23/11: mốt; ngày mốt; bữa mốt; ngày kia; ngay kia; the day after tomorrow; hai hôm nữa; 2 hôm nữa; hai ngày nữa; 2
  ngay nua; in 2 days; thứ 2; thứ hai; Thứ Hai; THỨ HAI; thu 2; thu hai; t2; T2 nhé; thứ 2 tuần sau; thứ hai tuần tới;
  thứ 2 này; Monday; next Monday; mon; vào thứ 2; ngày thứ 2; hôm thứ 2; mai em bận, mốt được không; thứ 2 em rảnh
23/11: ngay mot; de thu 2 nhe
23/11 pm: chiều mốt; chieu mot; chiều ngày kia; chiều thứ 2; chiều t2
23/11 am: sáng mốt; sang mot; sáng thứ hai; sang thu 2
23/11 ?: bữa kia; bua kia; thứ 2 thứ 4 thứ 6
24/11: 24/11; 24-11; 24.11; 24/11/2026; 24-11-2026; 24.11.2026; 24/11/26; 2026-11-24; ngày 24/11; hôm 24/11; ngày 24;
  ngày 24 này; ngày 24 tháng 11; 24 tháng 11; 24 thang 11; ngay 24 thang 11; ngày 24 tháng 11 năm 2026; 24 tháng này;
  ngày 24 tháng này; ngày 24 tây; ngày 24-11; on 24 Nov; 24 November; November 24; Nov 24th, 2026; 24th of November;
  on the 24th; 3 ngày nữa; ba hôm nữa; ba bữa nữa; 3 ngay nua; thứ 3; thứ ba; thu ba; t3 nha; thứ 3 24/11; thứ 3 ngày
  24/11; thứ ba (24/11); next tue; in 3 days; vào ngày 24/11; qua lấy 24/11 nhé; ngày hai mươi tư; ngày hai mươi bốn
  tháng mười một; 24/11 được không; 24/11 k?
24/11 am: sáng 24/11; 24/11 buổi sáng; sáng ngày 24/11; sáng ngày 24; sáng thứ 3; 24/11 sáng
25/11: hôm 25 tới; ngày 25; ngày 25 này; ngày hai mươi lăm; thứ tư; thứ tu; thu 4; t4; Wednesday; 25/11
25/11 ?: hôm 25
26/11: thứ 5; thứ năm; thu nam; Thứ Năm; THỨ 5; thu 5; t5; T5; t.5; t5 nhé; T5 nha em; thứ 5 tuần sau; thứ năm tuần
  sau; thu 5 tuan sau; thứ 5 tuần tới; thu nam tuan toi; thứ 5 tùân sau; t5 tuần sau; thứ 5 tới; thứ 5 này; thứ 5 tới
  lấy nhé; Thursday; next Thursday; this Thursday; thứ 5 (26/11); thứ 5 em rảnh; hẹn thứ 5 nhé; thứ 5, ngày 26/11
26/11 pm: chiều thứ 5; chieu t5; thứ 5 chiều; em rảnh chiều thứ năm; Thursday afternoon; chiều thứ 5 tuần sau; chiều
  thứ 5 hk
27/11: thứ sáu; thứ 6; thu sau; t6; this Friday; on Friday; thứ 5 em bận, thứ 6 đi; thứ 5 không được, thứ 6 nhé
28/11: 1 tuần nữa; thứ 7 tuần sau; một tuần nữa; in a week
28/11 ?: thứ 7; thứ bảy; thu 7; t7; Saturday; thứ 7 này
21/11..22/11: cuối tuần này; this weekend; tuần này; trong tuần này
21/11..22/11 ?: cuối tuần; cuoi tuan
23/11..29/11: tuần sau; tuan sau; tuần tới; tùân sau; trong tuần sau; next week; sang tuần; sang tuần sau; qua tuần em
  ở nhà
23/11..24/11: đầu tuần sau; dau tuan sau; đầu tuần; đầu tuần tới
25/11..26/11: giữa tuần sau
28/11..29/11: cuối tuần sau; next weekend
30/11..6/12: tuần sau nữa
23/11..25/11: từ thứ 2 đến thứ 4; thứ 2 đến thứ 4
24/11..26/11: 24-26/11; từ 24 đến 26/11; từ ngày 24 đến ngày 26/11; từ ngày 24 đến 26 tháng 11
26/11..28/11: thứ 5 đến thứ 7
1/12..31/12: tháng sau; tháng tới; next month
1/12..10/12: đầu tháng sau; đầu tháng; đầu tháng 12
21/11..30/11: cuối tháng; cuối tháng này; cuoi thang
30/11: 30/11; ngày 30; ngày 30 tháng này; thứ 2 tuần sau nữa
1/12: 1/12; 01/12; ngày 1 tháng 12; 10 ngày nữa; 1/12/2026
3/12: ngày 3; ngày 3/12; ngày 3 tháng 12; 3/12; 3 Dec; thứ 5 tuần sau nữa; thứ 5 3/12; thứ 5 (3/12); ngày 3 tháng sau;
  ngày 3 tới
3/12 ?: mùng 3; mồng 3; mung 3; mong 3; mùng ba; mùng 3 tháng sau; mùng 3 tháng 12; mồng 3 tháng 12; MÙNG 3
5/12: ngày 5 tháng sau; 2 tuần nữa; in 2 weeks; 5/12/2026
10/12 ?: mùng 10; mồng mười
21/12: một tháng nữa; 1 tháng nữa
3/1/2027: 3/1; ngày 3/1; 3/1/2027; ngày 3 tháng 1
31/12 ?: ngày 31
5/6 ?: 5/6; ngày 5/6; 5 tháng 6
15/11 ?: 15/11; ngày 15/11
19/11 ?: thứ 5 tuần này; thu 5 tuan nay
26/11 ?: thứ 5 24/11; thứ 5 hoặc thứ 6; thứ 5 hay thứ 7 cũng được
24/11/2025: 24/11/2025
22/11 pm 17:00: mai sau 5h chiều
24/11 am 9:00 ?: 9 gio ngay 24 thang 11
22/11 am 8:00 ?: từ 8h sáng đến 11h trưa mai
23/11..27/11: thứ 2-thứ 6; t2-t6; từ t2 đến t6; tu t2 den t6
24/11 am: sáng 24
25/11 pm: chiều 25; I'm free on 25 Nov afternoon
25/11 am: hẹn bưu tá sáng thứ 4 nhé em
25/11: qua ngày 25; sang ngày 25; mai thì không được, thứ 4 đi
23/11: khỏi mai, mốt đi
26/11 ?: toi thu 5 ranh
26/11: thu 5 toi ranh
30/11 ?: trước ngày 30/11; sau 30/11; before 30 Nov
5/12 ?: mùng 5/12; ngày mùng 5 tháng 12; ngày mồng 5
am: buổi sáng; trong buổi sáng; sáng; vào buổi sáng; buoi sang; in the morning; buổi sáng nhé
pm: buổi chiều; chiều; vào buổi chiều; buoi chieu; đầu giờ chiều; cuối giờ chiều; in the afternoon; chiều nhé
?: buổi tối; sáng hay chiều cũng được; buổi trưa
am 9:00 ?: 9h; 9H; 9g; 9 giờ; 9 gio; 9 h; lúc 9h; tầm 9-10h; 9-10h; từ 9h đến 11h; 9h nhé; khoảng 9h; at 9
am 9:00: 9h sáng; 9 giờ sáng; 9 gio sang; 9h sang; chín giờ sáng; at 9am; 9 am; 9:00 am; 9-10h sáng; 9h - 10h sáng; 9h
  đến 11h sáng; buổi sáng lúc 9h; sáng 9h
am 9:30 ?: 9h30; 9:30; 9 rưỡi; 9h rưỡi; 9 giờ rưỡi; 9 giờ 30 phút; 9 giờ 30; 9g30; 9h30p; 9 ruoi
am 9:30: 9h30 sáng; 9 rưỡi sáng; 9 giờ rưỡi sáng; 9:30 sáng; 9 giờ 30 phút sáng
am 8:45 ?: 9 giờ kém 15; 9h kém 15
am 8:00 ?: 8h; 8 giờ
am 11:00 ?: trước 11h
am 11:00: trước 11h sáng; 11h trưa
pm 12:00: 12h; 12h trưa; 12 giờ trưa
pm 13:00: 1h trưa; 13h; 1h chiều; 1pm
pm 14:00: 14h; 14h00; 2h chiều; hai giờ chiều; 2pm; sau 14h; 14h-16h; at 2 pm; 2 giờ chiều
pm 15:00: 3 giờ chiều; 3h chiều; 3g chiều; khoảng 3h chiều; 3 gio chieu; 15h; buổi chiều 3h
pm 15:00 ?: 3h; 3 giờ
pm 15:30: 15h30; 15:30; 3 rưỡi chiều; 3h30 chiều
pm 17:00: sau 5 giờ chiều; 17h; 5h chiều; sau 17h
19:00: 7h tối; 19h; 7 giờ tối
21/11 am 9:00: 9h sáng nay
21/11 pm 12:00: 2 tiếng nữa; 2 giờ nữa
22/11 am 9:00: 9h sáng mai; sáng mai 9h; sáng mai lúc 9h; mai 9h sáng; tmr 9am; tomorrow at 9am; s mai 9h
22/11 am 9:00 ?: mai 9h; 9h mai; mai lúc 9 giờ
22/11 am 8:00: từ 8h tới 10h sáng mai
22/11 pm 15:00: chiều mai 3h; 3h chiều mai; mai chiều 3h; mai 15h; chiều mai khoảng 3h
22/11 20:00: 8h tối mai
23/11 am 8:30: lúc 8h30 sáng thứ 2 tuần sau; 8 rưỡi sáng thứ 2
23/11 pm 14:00: next Monday at 2pm; thứ 2 14h
24/11 am 9:30: 9h30 sáng 24/11; 24/11 lúc 9h30 sáng; 9h30 sáng ngày 24/11
24/11 am 9:00 ?: 24/11 9h; 9h 24/11; 9h ngày 24/11; 9 giờ ngày 24 tháng 11
26/11 am 9:00 ?: thứ 5 tuần sau lúc 9h
26/11 pm 14:00: 2h chiều thứ 5; thứ 5 lúc 2h chiều; chiều thứ 5 2h
26/11 am 9:00: qua lấy hồ sơ giúp em vào sáng thứ 5 tuần sau lúc 9h
5/12 pm 14:00: 14h ngày 5/12; 14h ngày 5 tháng 12; 5/12/2026 lúc 14h
"""

# A Monday, a Sunday, a Saturday afternoon, New Year's Eve, the day before a leap day.
ON_OTHER_DAYS = {
    datetime(2026, 11, 23, 9, tzinfo=VIETNAM): """
23/11: hôm nay; ngày 23; 23/11; ngày 23 này
30/11 ?: thứ 2; thứ hai; t2; thứ 2 này; Monday
30/11: thứ 2 tuần sau; thứ 2 tới; next Monday
26/11: thứ 5; thứ 5 này; thứ 5 tuần này; this Thursday
3/12: thứ 5 tuần sau; thứ năm tuần tới
3/12 ?: next Thursday
28/11..29/11: cuối tuần; cuối tuần này; this weekend
23/11..29/11: tuần này; trong tuần này
23/11..24/11 ?: đầu tuần
23/11 am: sáng nay
23/11 am 10:00: 10h sáng nay
""",
    datetime(2026, 11, 22, 9, tzinfo=VIETNAM): """
23/11: mai; thứ 2
29/11 ?: chủ nhật; cn
23/11 ?: thứ 2 tuần sau
22/11 ?: cuối tuần
23/11..29/11 ?: tuần sau
""",
    datetime(2026, 11, 21, 15, tzinfo=VIETNAM): """
21/11 am ?: sáng nay
21/11 pm: chiều nay
21/11 pm 16:00: 4h chiều nay; 1 tiếng nữa
""",
    datetime(2026, 12, 31, 9, tzinfo=VIETNAM): """
1/1/2027: mai; 1/1; ngày 1; thứ 6; ngày 1/1
3/1/2027 ?: mùng 3
4/1/2027: thứ 2; ngày 4 tháng sau; 4/1/2027
1/1/2027..31/1/2027: tháng sau
31/1/2027: một tháng nữa; ngày 31 tháng sau
""",
    datetime(2028, 2, 28, 9, tzinfo=VIETNAM): """
29/2/2028: mai; 29/2; ngày 29
""",
}

NONE = """
mung 3 am lich; vợ em đẻ hôm 24/11; giỗ ngày 24/11
sau giờ làm; hạn 30/11; not tomorrow; cuối năm; sau này; đất 5/12 khu 3
con 14 tuổi; con em 14 tuổi rồi; bé 3 tháng tuổi; mẹ 82 tuổi; mất mấy ngày; bao lâu thì xong; mất bao nhiêu ngày
trong 3 ngày làm việc thì xong; mất 3 ngày; 3 ngày làm việc; mất 2 tiếng; trong vòng 24h; trong 2 giờ; hết 30 phút
mất khoảng 2 giờ; mất 2 giờ; it takes 3 days; how long does it take; done in 3 days?; sinh năm 1990
sinh ngày 3/5/2020; con sinh 3/5/2020; bé sinh hôm 24/11; ngày sinh: 24/11/2026; đẻ ngày 20/11
em sinh ngày 24 tháng 11 năm 1990; 3/5/2020; 12/3 Trần Phú; số 24/11 đường Lê Lợi; nhà em ở 12/3 Trần Phú
địa chỉ 24/11 Nguyễn Trãi; hẻm 24/11; ngõ 5/6; số nhà 12/3; 12/3 tran phu; tổ 3 khu 5; nha so 5; phường 5; quận 7
ở xã 3; em ở thôn 3; khu phố 3; lớp 5; chung cư 24 tầng; CT01; mẫu CT01; H56-231027-0361; 000.00.16.H21-231027-0361
1.001193; 1.001193.000.00.00.H56; EA123456789VN; A1; mẫu 08-MST; 5 triệu; 500k; 24.11 triệu; 1.5 triệu
phí 8.000 đồng; thu 5 triệu; thu 5 trieu; thu phí; hết 20 nghìn; 0912 345 678; 0912.345.678; 024 3825 1234
+84 912 345 678; 001090012345; bằng B2; hạng A1; bằng lái hạng C; 79-A1 234.56; cái thứ hai; con thứ 2; đứa thứ 3
cái thứ 5; lần thứ hai; người thứ 3; tờ thứ 2; nước thứ ba; the second one; step 2
thứ nhất là hộ khẩu, cái thứ hai là căn cước; số thứ tự; thủ tục khai sinh; thu tuc khai sinh; hôm qua; hom qua
hôm qua em nộp rồi; sáng hôm qua; 9h sáng hôm qua em có gọi; năm ngoái; tuần trước; tháng trước; thứ 5 tuần trước
thứ 5 vừa rồi; mới cưới hôm qua; 3 ngày trước; cách đây 2 tuần; 2 tuần nay; hôm kia; bữa trước; ngày 3 tháng trước
chiều qua; yesterday; last week; last Thursday; 3 days ago; hồi sáng; tối qua; làm hộ chiếu; lam ho chieu
làm hộ chiếu cho con; sang tên xe; sang ten xe may; sang nhượng quán; đối chiếu; chiều cao 1m6; khuyến mãi
mai táng phí; tiền mai táng; phi thuong mai; chị Mai; em tên Mai; Nguyễn Thị Mai; quận Hoàng Mai; huyện Mai Châu
tên mai; mai mốt em làm; mai kia; trừ mai; mai em bận; thứ 5 em không rảnh; mai không có nhà; mai k đc
mãi chưa xong; tôi muốn làm khai sinh; toi muon lam khai sinh; to 5; 5/6 tờ; 24/7; 24/24; điều 5; luật 59/2020
nghị định 118/2025/NĐ-CP; sim 4g; mạng 5g; lúc nào cũng được; luc nao cung duoc; giờ hành chính; giờ nào cũng được
hôm nào cũng được; khi nào; mấy giờ; ngày nào; mỗi ngày; hằng ngày; tết; mùng 3 tết; mùng 3 âm lịch; 31/11; 30/2
29/2; ngày 32; ngày 45; mùng 20; 25h; 99 giờ; chào buổi sáng; good morning; xin chào; con em mới đẻ thì làm giấy gì
lam lai can cuoc bi mat; bị mất bằng lái; 1990; 2026; năm 2026; cưới ngày 24/11; hết hạn ngày 24/11
cấp ngày 3/5/2020; sinh nhật con; lễ 2/9; nghỉ lễ 30/4; 3 người; 2 bản; 4 tờ; 3 máy tính; 3 may tinh; hai vợ chồng
ba mẹ em; bảy bản; tư pháp; năm nay; nam nay; sang năm; bây giờ làm sao; bay gio lam sao; đóng 3 tháng
từ trước đến nay; môn học; mon hoc; sắt thép; giấy cn; chi nhánh CN; tháng 12/2026; 2; 5; ok; mai van chua thay
giấy chứng nhận quyền sử dụng đất; I have 2 children; may I ask; I may come; form 3; nhà nước; T5/2020
999999999 ngày nữa; 24/11/1999; 24/11/2099; 2026-13-45; điều chỉnh giấy phép; học bổng
lop 9 truong bat lam can cuoc
"""


def expected(said: str, now: datetime) -> Moment:
    """The words of the tables as a moment, its rest aside."""
    words = said.split()
    days: list[date] = []
    shift, at = None, None
    for word in words:
        if "/" in word:
            days = [day_of(part, now) for part in word.split("..")]
        elif ":" in word:
            at = time(*map(int, word.split(":")))
        elif word in ("am", "pm"):
            shift = "morning" if word == "am" else "afternoon"
    first, last = (*days, None, None)[:2]
    return Moment(first, last, shift, at, "?" not in words, "")


def day_of(said: str, now: datetime) -> date:
    day, month, *year = map(int, said.split("/"))
    return date(year[0] if year else now.year, month, day)


def table(lines: str, now: datetime) -> list[tuple[datetime, str, Moment]]:
    """What is read stands before the first ": "; an indented line goes on with the one before."""
    rows = (line.partition(": ") for line in lines.strip().replace("\n  ", " ").splitlines())
    return [(now, text.strip(), expected(said, now)) for said, _, texts in rows for text in texts.split(";")]


POSITIVE = table(ON_SATURDAY, SATURDAY) + [row for now, lines in ON_OTHER_DAYS.items() for row in table(lines, now)]
NEGATIVE = [text.strip() for line in NONE.strip().splitlines() for text in line.split(";")]


def test_the_tables_are_large_enough():
    assert len(POSITIVE) >= 250
    assert len(NEGATIVE) >= 80
    assert len({(now, text) for now, text, _ in POSITIVE}) == len(POSITIVE)


@pytest.mark.parametrize(("now", "text", "moment"), POSITIVE, ids=[f"{n:%d%m} {t}" for n, t, _ in POSITIVE])
def test_a_moment_however_it_is_written(now, text, moment):
    found = read_moment(text, now)
    assert found is not None
    assert Moment(found.day, found.last, found.shift, found.at, found.surely, "") == moment


@pytest.mark.parametrize("text", NEGATIVE)
def test_what_is_no_moment(text):
    assert read_moment(text, SATURDAY) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("sáng mai", ""),
        ("Chiều thứ 5 tuần sau lúc 3h em ở nhà nhé", "em ở nhà nhé"),
        ("em ở 12/3 Trần Phú, thứ 5 qua lấy nhé", "em ở 12/3 Trần Phú, qua lấy nhé"),
        ("qua lấy hồ sơ giúp em vào sáng thứ 5 tuần sau lúc 9h", "qua lấy hồ sơ giúp em"),
        ("từ thứ 2 đến thứ 4", ""),
        ("mai hoặc mốt", ""),
        ("sđt 0912 345 678, mai lấy", "sđt 0912 345 678, lấy"),
        ("24/11, số 5 Lê Lợi", "số 5 Lê Lợi"),
        ("làm lại căn cước, ngày mai được không ạ", "làm lại căn cước, được không ạ"),
        ("tomorrow morning please", "please"),
        ("mai!", ""),
        ("(mai)", ""),
        ("mai được không?", "được không?"),
        ("hẹn bưu tá sáng thứ 4 nhé em", "hẹn bưu tá nhé em"),
    ],
)
def test_the_rest_of_the_message_keeps_its_marks(text, rest):
    found = read_moment(text, SATURDAY)
    assert found is not None
    assert found.rest == rest


CLEAR_WHEN_FOLDED = [
    (now, text, moment) for now, text, moment in POSITIVE if fold(text).split() == text.lower().split()
]


@pytest.mark.parametrize(("now", "text", "moment"), CLEAR_WHEN_FOLDED)
def test_capitals_and_spaces_change_nothing(now, text, moment):
    found = read_moment(f"  {text.upper().replace(' ', '  ')} ", now)
    assert found is not None
    assert (found.day, found.last, found.at) == (moment.day, moment.last, moment.at)


# What holds for any text

NOWS = st.builds(datetime.combine, st.dates(date(2026, 1, 1), date(2031, 6, 30)), st.times(), st.just(VIETNAM))
SCATTERED = """mai mốt thứ 2 5 7 t5 cn tuần sau này tới trước 24/11 9h 9 30 giờ rưỡi chiều sáng tối ngày mùng tháng 3 12
năm 2026 hôm qua nay kia từ đến - , cuối đầu nữa next Monday Nov at pm toi sang mot em bận không được 31 0 99 00"""
WORDS = st.sampled_from(SCATTERED.split())


@given(st.text() | st.lists(WORDS, max_size=14).map(" ".join), NOWS)
def test_no_text_breaks_it(text, now):
    moment = read_moment(text, now)
    if moment is None:
        return
    assert moment.day or moment.at or moment.shift or not moment.surely
    assert moment.last is None or (moment.day is not None and moment.day < moment.last)
    assert len(moment.rest) <= len(text)


@given(
    NOWS, st.integers(0, 59), st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "ngày %d tháng %m năm %Y", "%d/%m"])
)
def test_a_date_that_is_written_comes_back(now, ahead, form):
    day = now.date() + timedelta(days=ahead)
    found = read_moment(f"{day:{form}}", now)
    assert found == Moment(day, None, None, None, True, "")


@given(NOWS, st.integers(0, 23), st.integers(0, 59), st.sampled_from(["{}h{:02}", "{} giờ {:02} phút", "{}:{:02}"]))
def test_an_hour_that_is_written_comes_back(now, hour, minute, form):
    found = read_moment(form.format(hour, minute), now)
    assert found is not None
    assert found.at is not None
    assert (found.at.hour % 12, found.at.minute) == (hour % 12, minute)
    assert found.surely == (hour >= 12 or hour == 0)


@given(NOWS, st.integers(1, 366))
def test_days_ahead_are_counted(now, count):
    found = read_moment(f"{count} ngày nữa", now)
    assert found is not None
    assert found.day == now.date() + timedelta(days=count)


def test_a_long_message_is_read_as_far_as_a_wish_goes_and_kept_whole():
    text = "sáng mai " + "x" * 2 * LONGEST
    found = read_moment(text, SATURDAY)
    assert found is not None
    assert found.rest == "x" * 2 * LONGEST


@pytest.mark.parametrize("place", ["tại 12 Trần Phú", "ở 12/3 Trần Phú", "nhà 12 Trần Phú", "o 12 tran phu", "ở nhà"])
def test_a_date_before_a_place_is_a_date_and_leaves_the_place(place: str) -> None:
    moment = read_moment(f"lấy hồ sơ sáng 25/11 {place}", datetime(2026, 11, 22, 14))
    assert moment
    assert (moment.day, moment.shift) == (date(2026, 11, 25), "morning")
    assert moment.rest == f"lấy hồ sơ {place}"
