"""Codes as people paste, type and scan them: read back as they are printed, told apart, and taken from nothing else."""

import re
import time
from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.codes import find_codes, last_digits
from knowledge.faq import load_faq
from knowledge.meanings import Code, DossierCode, Meaning, Named, OrderCode, OtherCode, ParcelCode
from knowledge.order_numbers import order_number
from knowledge.understanding import Understanding, load_phrases

B, A, C = "H56.14-240823-0001", "000.00.06.H56-231027-0361", "G09.20-20260609-0092637"
LONG = "G22.99.08-260921-896048"
UNDERSTANDING = Understanding(load_phrases(), load_faq())


def codes_in(text: str) -> list[Code]:
    return [found.code for found in find_codes(text)]


def dossiers_in(text: str) -> list[str]:
    found = sorted(find_codes(text), key=lambda one: one.start)
    return [one.code.code for one in found if isinstance(one.code, DossierCode)]


# DOMAIN §2.1, word for word

SEEN = [
    "000.00.06.H56-231027-0361",
    "000.17.22.H56-210531-0001",
    "000.00.53.H48-220921-0099",
    "000.00.12.H62-201105-0004",
    "H56.14-240823-0001",
    "G22.99.09-240114-0001",
    "G22.99.08-260921-896048",
    "G22-251225-020175",
    "G09.20-20260609-0092637",
]
SEEN_AND_NO_DOSSIER: dict[str, Code] = {
    "G22.99.3-241219795252": OtherCode("payment", "G22.99.3-241219795252"),
    "1.003560": Named("1.003560"),
    "1.003560.000.00.00.H56": Named("1.003560"),
    "1.000494.000.00.00.H29": Named("1.000494"),
    "03706/2026/07906": OtherCode("insurance_dossier", "03706/2026/07906"),
    "RB123456785VN": ParcelCode("RB123456785VN"),
    "RB123456789VN": ParcelCode("RB123456789VN"),
}
SHAPE = re.compile(r"(?:\d{3}\.\d{2}\.\d{2}\.[GH]\d{2}|[GH]\d{2}(?:\.\d{1,3}){0,3})-(?:\d{6}|\d{8})-\d{4,7}")


@pytest.mark.parametrize("code", SEEN)
def test_codes_that_were_seen_are_read(code: str) -> None:
    assert SHAPE.fullmatch(code)
    assert codes_in(code) == [DossierCode(code)]


@pytest.mark.parametrize(("text", "code"), SEEN_AND_NO_DOSSIER.items(), ids=SEEN_AND_NO_DOSSIER)
def test_what_was_seen_and_is_no_dossier_is_told_apart(text: str, code: Code) -> None:
    assert codes_in(text) == [code]


# One code, as it is written

# fmt: off
WRITTEN = {
    # in a sentence
    "H56.14-240823-0001": B,
    "  H56.14-240823-0001  ": B,
    "h56.14-240823-0001": B,
    "mã hồ sơ H56.14-240823-0001": B,
    "Mã hồ sơ: H56.14-240823-0001.": B,
    "hs H56.14-240823-0001 tới đâu rồi": B,
    "hồ sơ (H56.14-240823-0001) xong chưa ạ?": B,
    "“H56.14-240823-0001”": B,
    "'H56.14-240823-0001'": B,
    "#H56.14-240823-0001": B,
    "*H56.14-240823-0001*": B,
    "mã:H56.14-240823-0001,tên:An": B,
    "cho em hỏi bộ H56.14-240823-0001 nộp hôm 23/8/2024": B,
    "tôi nộp 2 bộ, bộ 1 H56.14-240823-0001": B,
    "1. H56.14-240823-0001": B,
    "1.H56.14-240823-0001": B,
    "- H56.14-240823-0001": B,
    "Số: H56.14-240823-0001/TNHS": B,
    "my code is H56.14-240823-0001, thanks": B,
    "H56.14-240823-0001 sđt 0912345678": B,
    "sđt 0912 345 678 mã H56.14-240823-0001": B,
    "hsH56.14-240823-0001": B,
    "HSH56.14-240823-0001": B,
    "mahsH56.14-240823-0001": B,
    "mhs:H56.14-240823-0001": B,
    "H56.14-240823-0001.pdf": B,
    "giay_hen_H56.14-240823-0001_2.pdf": B,
    "<MaHoSo>H56.14-240823-0001</MaHoSo>": B,
    # other dashes and dots
    "H56.14–240823–0001": B,  # en
    "H56.14—240823—0001": B,  # em
    "H56.14‐240823‐0001": B,  # hyphen
    "H56.14‑240823‑0001": B,  # one that does not break
    "H56.14−240823−0001": B,  # minus
    "H56.14―240823―0001": B,  # bar
    "H56.14－240823－0001": B,  # wide
    "H56.14﹣240823﹣0001": B,  # small
    "H56.14--240823--0001": B,
    "H56.14_240823_0001": B,
    "H56.14/240823/0001": B,
    "H56.14.240823.0001": B,
    "H56.14,240823,0001": B,
    "H56.14~240823~0001": B,
    "H56,14-240823-0001": B,
    "H56·14-240823-0001": B,
    "H56．14-240823-0001": B,
    "H56-14-240823-0001": B,
    "H56_14_240823_0001": B,
    "H56/14-240823/0001": B,
    # blanks
    "H56.14 - 240823 - 0001": B,
    "H56.14 -240823- 0001": B,
    "H56 . 14 - 240823 - 0001": B,
    "H56. 14-240823-0001": B,
    "H56 14 240823 0001": B,
    "h56 14 240823 0001": B,
    "H56.14 240823 0001": B,
    "H56.14 240823-0001": B,
    "H56.14-240823 0001": B,
    "H56 14-240823-0001": B,
    "H 56.14-240823-0001": B,
    "h 56 14 240823 0001": B,
    "H56.14\n240823-0001": B,
    "H56.14-\n240823-\n0001": B,
    "H56.14-240823\r\n-0001": B,
    "H56.14\t240823\t0001": B,
    "H56.14  -   240823 -    0001": B,
    "H56.14\u00a0240823\u00a00001": B,
    "H56.14\u2009-\u2009240823-0001": B,
    "H56.14-2408\n23-0001": B,
    "H56.14-24 08 23-0001": B,
    "H56.14-240 823-0001": B,
    "H 5 6 . 1 4 - 2 4 0 8 2 3 - 0 0 0 1": B,
    "H56.14\u200b-240823\u200b-0001": B,
    "\ufeffH56.14-240823-0001\u200e": B,
    "H56\u2060.14-240823-0001": B,
    "H56.14\u00ad-240823-0001": B,
    # signs left out
    "H5614-240823-0001": B,
    "H5614 240823 0001": B,
    "H5614 - 240823 - 0001": B,
    "H56.14-2408230001": B,
    "H5614-2408230001": B,
    "H56.14240823-0001": B,
    "H5614240823-0001": B,
    "H56.142408230001": B,
    "H56142408230001": B,
    "h56142408230001": B,
    "mã H56142408230001 nhé": B,
    "H56142408230001.": B,
    # letters for digits
    "H56.14-24O823-0001": B,
    "H56.14-24o823-ooo1": B,
    "H56.14-240823-OOO1": B,
    "H56.l4-240823-000l": B,
    "H56.I4-240823-000I": B,
    "h56 14 24o823 oool": B,
    "H2O.14-240823-0001": "H20.14-240823-0001",
    "H5614-24O823-OOO1": B,
    "H5614240823OOO1": B,
    # other digits and letters
    "Ｈ５６．１４－２４０８２３－０００１": B,
    "H56.14-２４０８２３-0001": B,
    "H٥٦.١٤-٢٤٠٨٢٣-٠٠٠١": B,
    "H५६.१४-२४०८२३-०००१": B,
    "H๕๖.๑๔-๒๔๐๘๒๓-๐๐๐๑": B,
    "𝐇𝟓𝟔.𝟏𝟒-𝟐𝟒𝟎𝟖𝟐𝟑-𝟎𝟎𝟎𝟏": B,
    "H5️⃣6️⃣.1️⃣4️⃣-240823-0001": B,
    "Ⓗ⑤⑥.①④-240823-0001": B,
    # said aloud
    "h56 chấm 14 gạch 240823 gạch 0001": B,
    "h56 cham 14 gach 240823 gach 0001": B,
    "H56 chấm 14 gạch ngang 240823 gạch ngang 0001": B,
    "H56 gạch 14 trừ 240823 trừ 0001": B,
    # in links, QR codes, exports
    "maHoSo=H56.14-240823-0001": B,
    "?maHoSo=H56.14-240823-0001&captcha=": B,
    "https://dichvucong.gov.vn/tra-cuu-ho-so?maHoSo=H56.14-240823-0001": B,
    "https://dichvucong.gov.vn/tra-cuu-ho-so/H56.14-240823-0001": B,
    "https://dichvucong.gov.vn/#/tra-cuu?code=H56.14-240823-0001#top": B,
    "https://dichvucong.gov.vn/?maHoSo=H56%2E14%2D240823%2D0001": B,
    "https://dichvucong.gov.vn/?maHoSo=H56.14%20-%20240823%20-%200001": B,
    "https://dichvucong.gov.vn/?maHoSo=H56.14+240823+0001": B,
    "https%3A%2F%2Fdichvucong.gov.vn%2F%3FmaHoSo%3DH56.14-240823-0001%26x%3D1": B,
    "https://zalo.me/s/123?next=https%253A%252F%252Fdvc.vn%252F%253Fma%253DH56.14%252D240823%252D0001": B,
    "dichvucong.gov.vn/tra-cuu-ho-so?maHoSo=H56.14-240823-0001": B,
    '{"maHoSo":"H56.14-240823-0001","ngayTiepNhan":"20240823101500"}': B,
    '{"MaHoSo": "H56.14\\u002d240823\\u002d0001", "TrangThai": 4}': B,
    "{'code': 'H56.14-240823-0001'}": B,
    "maHoSoH56.14-240823-0001": B,
    "Ma ho so: H56.14-240823-0001|Ngay tiep nhan: 23/08/2024|Ngay hen tra: 30/08/2024": B,
    "H56.14-240823-0001|NGUYEN VAN A|001090012345": B,
    "001090012345|H56.14-240823-0001": B,
    "MHS=H56.14-240823-0001;NTN=23082024;": B,
    "Ma ho so\tTrang thai\nH56.14-240823-0001\tDang xu ly": B,
    "WIFI:x;H56.14-240823-0001;;": B,
    # shape A
    "000.00.06.H56-231027-0361": A,
    "000.00.06.h56-231027-0361": A,
    "OOO.OO.O6.H56-231O27-O361": A,
    "000 00 06 H56 231027 0361": A,
    "000 00 06 H56-231027-0361": A,
    "000-00-06-H56-231027-0361": A,
    "000,00,06,H56-231027-0361": A,
    "000/00/06/H56/231027/0361": A,
    "000. 00. 06. H56 - 231027 - 0361": A,
    "000.00.06H56-231027-0361": A,
    "0000006.H56-231027-0361": A,
    "0000006H56-231027-0361": A,
    "000.00.06.H56231027-0361": A,
    "000.00.06.H56-2310270361": A,
    "000.00.06.H562310270361": A,
    "0000006H562310270361": A,
    "000.00.06.H56–231027–0361": A,
    "000.00.06.H56-231027\n-0361": A,
    "０００．００．０６．Ｈ５６－２３１０２７－０３６１": A,
    "000 chấm 00 chấm 06 chấm h56 gạch 231027 gạch 0361": A,
    "https://dvc.thanhhoa.gov.vn/?q=000.00.06.H56-231027-0361": A,
    "mã hồ sơ số 000.00.06.H56-231027-0361 nộp ngày 27/10/2023": A,
    "2. 000.00.06.H56-231027-0361": A,
    # shape C, and longer serial numbers
    "G09.20-20260609-0092637": C,
    "g09.20-20260609-0092637": C,
    "GO9.2O-2O26O6O9-OO92637": C,
    "g09 20 20260609 0092637": C,
    "G09.20 - 20260609 - 0092637": C,
    "G09.20–20260609–0092637": C,
    "G09.20.20260609.0092637": C,
    "G0920-20260609-0092637": C,
    "G09.20-202606090092637": C,
    "G09.20-20260609009263": "G09.20-20260609-009263",  # no unit 20 behind a dash
    "G09.20-2026 06 09-0092637": C,
    "G22.99.08-260921-896048": LONG,
    "g22 99 08 260921 896048": LONG,
    "G22.99.08 260921-896048": LONG,
    "G229908-260921-896048": LONG,
    "G22.99.08260921-896048": LONG,
    "G22-99-08-260921-896048": LONG,
    "hồ sơ số G22-251225-020175 của mẹ tôi": "G22-251225-020175",
    "G22 251225 020175": "G22-251225-020175",
    "H29.1.22.3-250101-12345": "H29.1.22.3-250101-12345",
    "H29.222-250101-0007": "H29.222-250101-0007",
    # a day that is none is still a code that was typed
    "H56.14-241341-0001": "H56.14-241341-0001",
    "H56.14-991231-0001": "H56.14-991231-0001",
    "H56.14-000000-0000": "H56.14-000000-0000",
    "G09.20-20261309-0092637": "G09.20-20261309-0092637",
    "000.00.06.H56-231327-0361": "000.00.06.H56-231327-0361",
}

# Holds no dossier; what it does hold
NOT_WRITTEN: dict[str, list[Code]] = {
    # cut short, or longer than a code
    "H56": [],
    "H56.14": [],
    "H56.14-240823": [],
    "240823-0001": [],
    "20240823-0001": [],
    "H56.14-2408-0001": [],
    "H56.14-24082-0001": [],
    "H56.14-2408233-0001": [],
    "H56.14-240823-001": [],
    "H56.14-240823-00010001": [],
    "H56.14-240823-0001-02": [],
    "H56.14-240823-0001.02": [],
    "H56.14-240823-0001/02": [],
    "06.H56-231027-0361": [],
    "00.06.H56-231027-0361": [],
    "H5.14-240823-0001": [],
    "H.14-240823-0001": [],
    "H-14-240823-0001": [],
    "H56.14.15.16.17-240823-0001": [],
    "H56.1415-240823-00": [],
    # other letters, other codes of the same build
    "A56.14-240823-0001": [],
    "K56.14-240823-0001": [],
    "DH24-240823-0001": [],
    "GH24-240823-0001": [],
    "HD-240823-0001": [],
    "HĐ24-240823-0001": [],
    "XH56.14-240823-0001": [],
    "PH56-240823-0001": [],
    "INV-20240823-0001": [],
    "FT24236123456789": [],
    "VNP14422574": [],
    "MOMO12345678901": [],
    # signs left out, and no reading or several
    "G229908260921896048": [],  # the end may be a payment
    "H56201120201812341": [],
    "H56991341999999": [],
    "H56123-240823-0001": [],  # units of one and two digits, or of two and one
    "G12345678901234": [],
    "H00000000000000": [],
    "H11111111111111": [],
    # words
    "cho em hoi 240823 0001": [],
    "hỏi 240823 0001": [],
    "hoooooooooooooooo": [],
    "hihihihihihihihi 1": [],
    "goooooooooooooool 2": [],
    # phones
    "0912345678": [],
    "0912 345 678": [],
    "+84 912 345 678": [],
    "0912.345.678": [],
    "(024) 3825 1234": [],
    "1900 54 54 81": [],
    "gọi H 0912345678": [],
    "nhà H12 0912345678": [],
    "căn H12.05, 0912 345 678": [],
    "H12 - 05 - 0912345678": [],
    # identity papers, tax codes, accounts, cards of other sorts
    "001090012345": [],
    "cccd 001 090 012 345": [],
    "nhà H12.05 002005012345": [],
    "nhà H12 001090012345": [],
    "cmnd 123456789": [],
    "mst 0312345678": [],
    "MST 0312345678-001": [],
    "stk 19031234567890 techcombank": [],
    "GPLX 790123456789": [],
    "hộ chiếu B1234567": [],
    "001090012345|123456789|Nguyễn Văn A|01011990|Nam|Thôn 1, Xã A|01012021": [],
    # days, hours, sums
    "12/03/1990": [],
    "ngày 23/08/2024": [],
    "23.08.2024": [],
    "2024-08-23": [],
    "20240823101500": [],
    "01/01/2024 - 31/12/2024": [],
    "từ 1/1/2024 đến 31/12/2024": [],
    "01012024-31122024": [],
    "240823 - 240830": [],
    "9h30 ngày 24/08/23": [],
    "9 h 30 240823 1234": [],
    "từ 8h00-11h30 24/08": [],
    "8 g 15 240823 2024": [],
    "1.500.000 đồng": [],
    "1500000đ": [],
    "1500000 đồng": [],
    "phí 2.500000 vnd": [],
    "21.028511, 105.804817": [],
    # invoices, decisions, plates, plots, addresses
    "hóa đơn 1C24TAA số 00001234": [],
    "hóa đơn số 00001234 ngày 23/08/2024": [],
    "mẫu số 01GTKT0/001": [],
    "QĐ 1234/QĐ-UBND ngày 24/08/2023": [],
    "nghị định 61/2018/NĐ-CP": [],
    "29H1-123.45": [],
    "29H-123.45": [],
    "36G1 23456": [],
    "thửa 123 tờ bản đồ 45": [],
    "GCN BH 123456": [],
    "12/3 Trần Phú": [],
    "nhà H12 ngõ 5 đường 24": [],
    "quốc lộ H14 km 1204": [],
    "H1N1": [],
    "mã captcha H5G6": [],
    "24-000123/456": [],
    "biên lai 0001234": [Named("0.001234")],
    # links that hold other numbers
    "https://vnexpress.net/bai-viet-4812345.html": [],
    "https://youtu.be/watch?v=1001193": [],
    "www.example.vn/tin/1001193": [],
    "https://example.vn/DN4010123456789": [],
    # procedures
    "1.001193": [Named("1.001193")],
    "1,001193": [Named("1.001193")],
    "1 . 001193": [Named("1.001193")],
    "1001193": [Named("1.001193")],
    "mã 2.000815.000.00.00.H37": [Named("2.000815")],
    "1.003560.000.00.00.H56.14": [Named("1.003560")],
    "https://dichvucong.gov.vn/p/home/dvc-chi-tiet-thu-tuc.html?ma_thu_tuc=1.001193": [Named("1.001193")],
    "１．００１１９３": [Named("1.001193")],
    # payments
    "mã giao dịch G22.99.3-241219795252": [OtherCode("payment", "G22.99.3-241219795252")],
    "g22.99.3–241219795252": [OtherCode("payment", "G22.99.3-241219795252")],
    "G22 99 3 241219795252": [OtherCode("payment", "G22.99.3-241219795252")],
    "G22.99.3 - 241219795252": [OtherCode("payment", "G22.99.3-241219795252")],
    "H56-241219795252": [OtherCode("payment", "H56-241219795252")],
    "000.00.06.H56-241219795252": [OtherCode("payment", "000.00.06.H56-241219795252")],
    "G22.99.08-260921896048": [OtherCode("payment", "G22.99.08-260921896048")],  # or a dossier without its dash
    "G22.99.3-2412197952521": [],
    # parcels
    "EF123456789VN": [ParcelCode("EF123456789VN")],
    "ef 123 456 789 vn": [ParcelCode("EF123456789VN")],
    "ef-123456789-vn": [ParcelCode("EF123456789VN")],
    "EF.123.456.789.VN": [ParcelCode("EF123456789VN")],
    "EF12345678OVN": [ParcelCode("EF123456780VN")],
    "EFl23456789VN": [ParcelCode("EF123456789VN")],
    "ＥＦ１２３４５６７８９ＶＮ": [ParcelCode("EF123456789VN")],
    "https://vnpost.vn/tra-cuu?key=EF123456789VN": [ParcelCode("EF123456789VN")],
    "mã vận đơn:RB123456785VN|COD 0": [ParcelCode("RB123456785VN")],
    "RR473124829CN": [ParcelCode("RR473124829CN")],
    "RR473124828CN": [],  # of abroad, and its check digit is wrong: it may be anything
    "EF12345678VN": [],
    "EF1234567890VN": [],
    "EFG123456789VN": [],
    # insurance
    "DN4010123456789": [OtherCode("health_insurance", "DN4010123456789")],
    "dn 4 01 01 234 56789": [OtherCode("health_insurance", "DN4010123456789")],
    "GD4797916123456": [OtherCode("health_insurance", "GD4797916123456")],
    "HS4010123456789": [OtherCode("health_insurance", "HS4010123456789")],
    "mã thẻ bhyt 7916123456": [OtherCode("health_insurance", "7916123456")],
    "số thẻ bảo hiểm y tế: 7916 123 456": [OtherCode("health_insurance", "7916123456")],
    "the bao hiem y te cua toi la 7916123456": [OtherCode("health_insurance", "7916123456")],
    "BHYT số 0912345678": [OtherCode("health_insurance", "0912345678")],
    "health insurance card 7916123456": [OtherCode("health_insurance", "7916123456")],
    "làm lại thẻ bhyt 0912345678": [],
    "làm thẻ bhyt, sđt 7916123456": [],
    "thẻ bhyt của mẹ, liên hệ 0912345678": [],
    "thẻ bhyt cccd 001090012345": [],
    "mã số bhxh 7916123456": [OtherCode("social_insurance", "7916123456")],
    "bảo hiểm xã hội 7916-123-456": [OtherCode("social_insurance", "7916123456")],
    "số sổ bảo hiểm 7916123456": [OtherCode("social_insurance", "7916123456")],
    "mã bhxh là 0912345678": [OtherCode("social_insurance", "0912345678")],
    "bhyt hay bhxh 7916123456": [OtherCode("social_insurance", "7916123456")],
    "social insurance number 7916123456": [OtherCode("social_insurance", "7916123456")],
    "nộp bhxh, điện thoại 0912345678": [],
    "làm sổ bhxh 0912345678": [],
    "7916123456": [],
    "03706 / 2026 / 07906": [OtherCode("insurance_dossier", "03706/2026/07906")],
    "03706-2026-07906": [OtherCode("insurance_dossier", "03706/2026/07906")],
    "O3706/2O26/O79O6": [OtherCode("insurance_dossier", "03706/2026/07906")],
    "03706\\/2026\\/07906": [OtherCode("insurance_dossier", "03706/2026/07906")],
    "03706/1926/07906": [],
    "3706/2026/07906": [],
    # our own
    "ND261122-4F7KQ6": [OrderCode("ND261122-4F7KQ6")],
    "https://noidai.example/don/ND261122-4F7KQ6": [OrderCode("ND261122-4F7KQ6")],
}

SEVERAL: dict[str, list[str]] = {
    f"{B}, {A}": [B, A],
    f"{A} và {B}": [A, B],
    f"1. {B}\n2. {C}\n3. {LONG}": [B, C, LONG],
    f"{B};{A};{C}": [B, A, C],
    f"{B}|{A}": [B, A],
    f"{B} {B.lower()}": [B, B],
    f"H56142408230001 / {A}": [B, A],
    f"{B} G22.99.3-241219795252": [B],
    f"tôi nộp {B} với {A}, thanh toán G22.99.3-241219795252, gửi EF123456789VN": [B, A],
    f'[{{"maHoSo":"{B}"}},{{"maHoSo":"{C}"}}]': [B, C],
}
# fmt: on


def test_there_are_enough_of_them() -> None:
    assert len(WRITTEN) + len(NOT_WRITTEN) + len(SEVERAL) >= 200 + len(SEEN) + len(SEEN_AND_NO_DOSSIER)


@pytest.mark.parametrize(("text", "code"), WRITTEN.items(), ids=map(ascii, WRITTEN))
def test_a_code_is_read_however_it_is_written(text: str, code: str) -> None:
    assert dossiers_in(text) == [code]


@pytest.mark.parametrize(("text", "codes"), NOT_WRITTEN.items(), ids=map(ascii, NOT_WRITTEN))
def test_no_dossier_is_read_where_none_is_written(text: str, codes: list[Code]) -> None:
    assert codes_in(text) == codes


@pytest.mark.parametrize(("text", "codes"), SEVERAL.items(), ids=map(ascii, SEVERAL))
def test_several_codes_of_one_message_are_all_read(text: str, codes: list[str]) -> None:
    assert dossiers_in(text) == codes


@pytest.mark.parametrize("text", [*WRITTEN, *SEVERAL])
def test_a_code_stands_where_it_was_written(text: str) -> None:
    """Cut out, it is read as the same code, and without it there is none."""
    found = sorted(find_codes(text), key=lambda one: one.start, reverse=True)
    rest = text
    for one in found:
        assert one.code in codes_in(text[one.start : one.end])
        rest = f"{rest[: one.start]} ; {rest[one.end :]}"
    assert dossiers_in(rest) == []


# What a message with a code means

# fmt: off
MEANS: dict[str, Meaning] = {
    B: DossierCode(B),
    f"https://dichvucong.gov.vn/tra-cuu-ho-so?maHoSo={B}": DossierCode(B),
    f"hồ sơ này https://dichvucong.gov.vn/?maHoSo={B} tới đâu rồi": DossierCode(B),
    f"http://dvc.vn/?a={A}&b=1": DossierCode(A),
    f"{A}\n{B}": DossierCode(A, also=(B,)),
    f"{B} {B.lower()} H56142408230001": DossierCode(B),
    f"H56142408230001 và {A}": DossierCode(B, also=(A,)),
    f"theo dõi hồ sơ {B}": DossierCode(B),
    f"Ma ho so: {B}|Ngay hen tra: 30/08/2024": DossierCode(B),
    f'{{"maHoSo":"{C}"}}': DossierCode(C),
    "<b>H56.14</b>-240823-0001": DossierCode(B),
    "https://dichvucong.gov.vn/chi-tiet?ma_thu_tuc=1.001193": Named("1.001193"),
    "phí bao nhiêu https://dichvucong.gov.vn/chi-tiet?ma_thu_tuc=1.001193": Named("1.001193", "fee"),
    "https://vnpost.vn/?key=EF123456789VN": ParcelCode("EF123456789VN"),
    "mã thẻ bhyt 7916123456": OtherCode("health_insurance", "7916123456"),
    "kiểm tra thẻ bhyt số 7916123456": OtherCode("health_insurance", "7916123456"),
}
# fmt: on


@pytest.mark.parametrize(("message", "meaning"), MEANS.items(), ids=map(ascii, MEANS))
def test_a_message_with_a_code_means(message: str, meaning: Meaning) -> None:
    assert UNDERSTANDING.of(message) == meaning


@pytest.mark.parametrize("message", ["https://vnexpress.net/bai-4812345.html", "https://a.vn/DN4010123456789"])
def test_a_link_to_something_else_means_nothing(message: str) -> None:
    assert UNDERSTANDING.of(message) == UNDERSTANDING.of("https://a.vn")


# The parts of a code


@pytest.mark.parametrize(
    ("code", "day", "prefix", "root"),
    [
        (B, date(2024, 8, 23), "H56.14", "H56"),
        (A, date(2023, 10, 27), "000.00.06.H56", "H56"),
        (C, date(2026, 6, 9), "G09.20", "G09"),
        (LONG, date(2026, 9, 21), "G22.99.08", "G22"),
        ("G22-251225-020175", date(2025, 12, 25), "G22", "G22"),
        ("H56.14-240229-0001", date(2024, 2, 29), "H56.14", "H56"),
        ("H56.14-230229-0001", None, "H56.14", "H56"),
        ("G09.20-20261309-0092637", None, "G09.20", "G09"),
    ],
)
def test_a_code_tells_its_day_and_whose_it_is(code: str, day: date | None, prefix: str, root: str) -> None:
    dossier = DossierCode(code)
    assert (dossier.day, dossier.prefix, dossier.root) == (day, prefix, root)
    assert dossier.is_doubtful(date(2026, 11, 21)) is (day is None)
    assert day is None or dossier.is_doubtful(date(day.year, 1, 1))


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("RB123456785VN", True),
        ("RB123456789VN", False),
        ("RB473124829VN", True),
        ("RB000000005VN", True),  # 11 is written 5
        ("RR473124829CN", True),
        ("EF12345678VN", False),
    ],
)
def test_the_check_digit_of_a_parcel(code: str, right: bool) -> None:
    assert ParcelCode(code).is_s10 is right


# The last digits of a phone or identity number

# fmt: off
DIGITS: dict[str, str | None] = {
    "5678": "5678",
    "5678 ạ": "5678",
    "dạ 5678": "5678",
    "5 6 7 8": "5678",
    "５６７８": "5678",
    "345678": "345678",
    "4 số cuối là 5678": "5678",
    "4 so cuoi la 5678": "5678",
    "bốn số cuối 5678": "5678",
    "4 số cuối điện thoại của mẹ tôi là 5678": "5678",
    "số cuối cccd: 2345": "2345",
    "6 số cuối 012345": "012345",
    "đuôi 5678": "5678",
    "sđt đuôi 5678 nha": "5678",
    "last four digits are 5678": "5678",
    "last 4 of my phone: 5678": "5678",
    "my number ends in 5678": "5678",
    "…5678": "5678",
    "...5678": "5678",
    "***5678": "5678",
    "xxxx5678": "5678",
    "******5678 đúng không": "5678",
    "sđt 0912345678": "0912345678",
    "số của tôi là 0912 345 678 nhé": "0912345678",
    "0912.345.678": "0912345678",
    "091-234-5678": "0912345678",
    "+84 912 345 678": "912345678",
    "84912345678": "912345678",
    "084090012345": "084090012345",
    "008490012345": "008490012345",
    "+1 202 555 0123": "12025550123",
    "0084 912 345 678": "912345678",
    "căn cước 001090012345": "001090012345",
    "001 090 012 345": "001090012345",
    "cmnd 123456789": "123456789",
    f"{B} 4 số cuối 5678": "5678",
    f"{B}, sđt 0912345678": "0912345678",
    "của mẹ tôi 5678": "5678",
    "1001193": "1001193",
    # none
    "": None,
    "567": None,
    "4 số cuối": None,
    "4 số cuối là 567": None,
    "4 số cuối là": None,
    "4 số cuối là ngày 12": None,
    "đăng ký xe 2024": None,
    "nộp năm 2024": None,
    "ngày 12/03/1990": None,
    "12/03/1990": None,
    "12.03.1990": None,
    "sinh 12 03 1990": None,
    "mai 9h": None,
    "2": None,
    "1234567890123": None,
    "4111 1111 1111 1111": None,
    "1.001193": None,
    B: None,
    A: None,
    "H56142408230001": None,
    "EF123456789VN": None,
    "ND261122-4F7KQ6": None,
    "không nhớ": None,
    "5678 9012 là hai số": None,
}
# fmt: on


@pytest.mark.parametrize(("text", "said"), DIGITS.items(), ids=map(ascii, DIGITS))
def test_the_last_digits_that_are_said(text: str, said: str | None) -> None:
    assert last_digits(text) == said


@given(st.text(max_size=200))
def test_what_is_said_is_four_to_twelve_digits_or_nothing(text: str) -> None:
    said = last_digits(text)
    assert said is None or re.fullmatch("[0-9]{4,12}", said)


@given(st.from_regex(r"[0-9]{4,12}", fullmatch=True), st.sampled_from(["4 số cuối là {}", "…{}", "ends in {}"]))
def test_digits_that_are_named_are_given_as_they_are(number: str, said: str) -> None:
    given_ = last_digits(said.format(number))
    assert given_ is not None
    assert given_ == (number[2:] if re.fullmatch("84[0-9]{9}", number) else number)


# Any code, however it is written

LEVELS = st.builds("{}{:02}".format, st.sampled_from("GH"), st.integers(0, 99))
UNIT = st.from_regex(r"[0-9]{1,3}", fullmatch=True)
TWO = st.from_regex(r"[0-9]{2}", fullmatch=True)
SUB_UNITS = st.builds("{}.{}.{}".format, st.from_regex(r"[0-9]{3}", fullmatch=True), TWO, TWO)
DAYS = st.dates(date(2018, 1, 1), date(2039, 12, 31))
SHORT_DAYS = DAYS.map("{:%y%m%d}".format)
LONG_DAYS = DAYS.map("{:%Y%m%d}".format)
SERIALS = st.from_regex(r"[0-9]{4,7}", fullmatch=True)
PREFIXES = st.one_of(
    st.builds("{}.{}".format, SUB_UNITS, LEVELS),
    st.builds(lambda level, units: ".".join([level, *units]), LEVELS, st.lists(UNIT, max_size=3)),
)
CODES = st.builds("{}-{}-{}".format, PREFIXES, SHORT_DAYS | LONG_DAYS, SERIALS)
DASHES = st.sampled_from(["-", "–", "—", "‑", "−", "－", " - ", "- ", "_", "/", "--", "\n-", "-\n", "\u200b-"])
DOTS = st.sampled_from([".", ". ", " . ", ",", "·", "．", "-", "\u200b."])
DIGITS_OF = [range(48, 58), range(0xFF10, 0xFF1A), range(0x660, 0x66A), range(0x966, 0x970), range(0x1D7CE, 0x1D7D8)]
AROUND = st.sampled_from(
    [
        "{}",
        "hồ sơ {} tới đâu rồi",
        "Mã hồ sơ: {}. Ngày hẹn trả 30/08/2024",
        '{{"maHoSo":"{}"}}',
        "({})",
        "em nộp {}, sđt 0912345678",
        "Ma ho so: {}|Nguyen Van A|001090012345",
        "{} hay là 1.001193?",
    ]
)


@given(CODES)
def test_a_code_as_it_is_printed_is_read_as_it_is(code: str) -> None:
    assert SHAPE.fullmatch(code)
    assert codes_in(code) == [DossierCode(code)]


@given(CODES, AROUND, st.data())
def test_a_code_written_anyhow_is_read_as_it_is_printed(code: str, around: str, data: st.DataObject) -> None:
    prefix, day, serial = code.rsplit("-", 2)
    written = data.draw(DOTS).join(prefix.split("."))
    written = data.draw(DASHES).join([written, day, serial])
    digits = data.draw(st.sampled_from(DIGITS_OF))
    written = "".join(chr(digits[int(c)]) if c.isascii() and c.isdigit() else c for c in written)
    written = data.draw(st.sampled_from([str, str.lower, str.upper]))(written)
    assert dossiers_in(around.format(written)) == [code]


@given(CODES, st.sets(st.integers(0, 30)))
def test_letters_that_look_like_digits_are_read_as_digits(code: str, changed: set[int]) -> None:
    """In day, serial and units; of the first number of the level above, one digit at least stays."""
    level = code.index(next(c for c in code if c in "GH"))
    places = changed - {level + 1}
    alike = {"0": "O", "1": "l"}
    written = "".join(alike.get(c, c) if at in places else c for at, c in enumerate(code))
    assert dossiers_in(written) == [code] or code[level + 1] not in "23456789"


@given(CODES)
def test_a_code_in_a_link_is_read(code: str) -> None:
    for escaped in (code, quote(code, safe=""), "".join(f"%{ord(c):02X}" for c in code), quote(quote(f"={code}&"))):
        link = f"https://dichvucong.gov.vn/tra-cuu-ho-so?maHoSo={escaped}"
        assert dossiers_in(link) == [code]
        assert UNDERSTANDING.of(link) == DossierCode(code)


@given(LEVELS, st.lists(TWO, max_size=3), SHORT_DAYS | LONG_DAYS, SERIALS, st.sets(st.sampled_from(["dots", "1", "2"])))
def test_signs_left_out_are_put_back_or_the_code_is_not_read(
    level: str, units: list[str], day: str, serial: str, left_out: set[str]
) -> None:
    """Never as another code, unless a day of eight digits holds one of six."""
    code = f"{'.'.join([level, *units])}-{day}-{serial}"
    written = ("" if "dots" in left_out else ".").join([level, *units])
    written += f"{'' if '1' in left_out else '-'}{day}{'' if '2' in left_out else '-'}{serial}"
    read = dossiers_in(written)
    assert read in ([code], []) or ("1" in left_out and read[0].replace("-", "").replace(".", "") == plain(code))
    if "1" not in left_out and "2" not in left_out:
        assert read == [code]


def plain(code: str) -> str:
    return re.sub("[-.]", "", code)


@given(st.lists(CODES, min_size=2, max_size=5, unique=True), st.sampled_from([", ", "; ", "\n", " và ", "|", " , "]))
def test_all_codes_of_a_list_are_read_in_order(codes: list[str], between: str) -> None:
    text = between.join(codes)
    assert dossiers_in(text) == codes
    assert UNDERSTANDING.of(text) == DossierCode(codes[0], also=tuple(codes[1:]))


# Nothing else is a dossier

NUMBERS = st.one_of(
    st.from_regex(r"0[35789][0-9]{8}", fullmatch=True),  # a mobile
    st.from_regex(r"0[35789][0-9]{2} [0-9]{3} [0-9]{3}", fullmatch=True),
    st.from_regex(r"0[0-9]{11}", fullmatch=True),  # an identity number
    st.from_regex(r"[0-9]{10}(-[0-9]{3})?", fullmatch=True),  # a tax code
    st.from_regex(r"[0-9]{13,19}", fullmatch=True),  # an account
    st.from_regex(r"[1-9][0-9]{0,2}(\.[0-9]{3}){1,3}( ?đồng|đ)?", fullmatch=True),
    st.from_regex(r"[12][0-9]/[01]?[0-9]/20[0-9]{2} ?- ?[0-3]?[0-9]/1[0-2]/20[0-9]{2}", fullmatch=True),
    st.from_regex(r"[12][0-9]:[0-5][0-9]", fullmatch=True),
    st.from_regex(r"[1-9][0-9]?[A-Z][1-9]-[0-9]{3}\.[0-9]{2}", fullmatch=True),  # a plate
    st.from_regex(r"1[CK]2[0-9]T[A-Z]{2} [0-9]{8}", fullmatch=True),  # an invoice
    st.from_regex(r"[0-9]{1,4}/20[0-9]{2}/(NĐ-CP|TT-BTP|QH15)", fullmatch=True),
    st.from_regex(
        r"[A-FI-Z][0-9]{2}\.[0-9]{2}-[0-9]{6}-[0-9]{4}", fullmatch=True
    ),  # the build of a code, of no such level
    st.from_regex(r"[GH][0-9]-[0-9]{6}-[0-9]{4}", fullmatch=True),
    st.from_regex(r"(DH|HD|PGH|INV|SO|GG)[0-9]{2}-[0-9]{6}-[0-9]{4}", fullmatch=True),
    st.dates().map("{:%d/%m/%Y}".format),
    st.dates().map("{:%d.%m.%Y}".format),
)
WORDS = st.sampled_from(
    ["hồ sơ", "mã", "số", "nhà H12", "lô G5", "h", "g", "ngày", "sđt", "cccd", "từ", "đến", "hỏi", ","]
)


@given(st.lists(NUMBERS | WORDS, max_size=8))
def test_numbers_of_other_sorts_are_no_dossier(parts: list[str]) -> None:
    assert dossiers_in(" ".join(parts)) == []


@given(st.text("0123456789-./ \n–,|oOlI", max_size=300))
def test_digits_alone_are_no_dossier(text: str) -> None:
    assert dossiers_in(text) == []


@given(st.text(max_size=300) | st.text("GHgh0123456789OoIlVNnd.-/ %2D\\u00\n", max_size=300))
def test_any_text_is_read_and_what_is_read_is_well_formed(text: str) -> None:
    for found in find_codes(text):
        assert 0 <= found.start < found.end <= len(text)
        if isinstance(found.code, DossierCode):
            assert SHAPE.fullmatch(found.code.code)
            assert dossiers_in(found.code.code) == [found.code.code]
            assert found.code.root in found.code.prefix


@given(DAYS, st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=5, max_size=5))
def test_a_number_of_ours_is_no_dossier(day: date, fresh: str) -> None:
    assert codes_in(order_number(day, fresh)) == [OrderCode(order_number(day, fresh))]


# Texts made to be slow

SLOW = {
    "level": "H56",
    "units": "H56.1.2.3.",
    "blanks": "H56 1 2 3 ",
    "glued": "H1",
    "digits": "1",
    "groups": "1 ",
    "sevens": "1001193-",
    "letters": "o",
    "bhxh": "bhxh ",
    "mã số thẻ": "mã số thẻ bhyt ",
    "domains": "a.",
    "hyphens": "a-",
    "links": "http://",
    "www": "www.",
    "percents": "%25",
    "accents": "ố",
    "invisible": "\u200b1",
    "newlines": "1\n\n",
    "parcel": "EF1 2 3 4 ",
    "dossiers": f"{B} ",
    "last": "số cuối ",
    "stars": "*",
}


@pytest.mark.parametrize("piece", SLOW.values(), ids=SLOW)
def test_the_time_it_takes_grows_with_the_text_and_no_faster(piece: str) -> None:
    """Eight times the text takes about eight times as long; a reader that goes back over it takes 64."""

    def best_of_three(length: int) -> float:
        text = f"1{piece * length}"[:length] + "x1"
        times = []
        for _ in range(3):
            begun = time.perf_counter()
            list(find_codes(text))
            last_digits(text)
            times.append(time.perf_counter() - begun)
        return min(times)

    short, long = best_of_three(2_000), best_of_three(16_000)
    assert short < 0.5
    assert long < 24 * short + 0.01
