"""Papers as an agency prints them, drawn when a test needs one: words all around, codes among them."""

from functools import cache

from PIL import Image, ImageDraw, ImageFont

from bot.papers.codes import Symbol, code128, qr
from bot.papers.fonts import font_file

A4 = (1240, 1754)  # pixels: 150 to the inch
WHITE, INK = 255, 25
LINES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
    "Bộ phận Một cửa tiếp nhận hồ sơ của ông/bà:",
    "Nội dung yêu cầu giải quyết: Đăng ký khai sinh",
    "Thành phần hồ sơ nộp gồm: 1. Tờ khai; 2. Giấy chứng sinh",
    "Số lượng hồ sơ: 01 (bộ). Thời gian giải quyết: 03 ngày",
    "Thời gian nhận hồ sơ: 14 giờ 05 phút",
    "Thời gian trả kết quả: 16 giờ 30 phút",
    "Đăng ký nhận kết quả: tại nhà, qua dịch vụ bưu chính",
    "NGƯỜI NỘP HỒ SƠ          NGƯỜI TIẾP NHẬN HỒ SƠ",
)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file("Regular")), size)


def drawn(symbol: Symbol, module: int, height: int = 1) -> Image.Image:
    """`height`: of a row, in modules."""
    image = Image.new("L", (symbol.width * module, symbol.height * height * module), WHITE)
    brush = ImageDraw.Draw(image)
    for x, y, wide, high in symbol.dark:
        corner = ((x + wide) * module - 1, (y + high) * height * module - 1)
        brush.rectangle((x * module, y * height * module, *corner), fill=INK)
    return image


def bars(content: str, module: int = 3, height: int = 30) -> Image.Image:
    """Code128."""
    return drawn(code128(content), module, height)


def square(content: str, module: int = 6) -> Image.Image:
    """QR."""
    return drawn(qr(content), module)


def page(*codes: tuple[Image.Image, tuple[float, float]], size: tuple[int, int] = A4) -> Image.Image:
    """A page of print; each code lies with its middle where it is told, in parts of width and height."""
    paper = Image.new("L", size, 248)
    brush = ImageDraw.Draw(paper)
    for number in range(2 * len(LINES)):
        y = (number + 0.7) * size[1] / (2 * len(LINES))
        brush.text((size[0] * 0.06, y), LINES[number % len(LINES)], fill=INK, font=font(size[0] // 34))
    for code, (across, down) in codes:
        paper.paste(code, (round(size[0] * across - code.width / 2), round(size[1] * down - code.height / 2)))
    return paper
