"""What the control pages of the sandbox have in common: their look, their headers, and the words of what goes wrong."""

from pathlib import Path
from typing import Final

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.sandbox.faults import Fault

HERE = Path(__file__).parent / "pages"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
FAULT_WORDS: Final[dict[Fault, str]] = {
    "slow": "Trả lời chậm",
    "server_error": "Lỗi máy chủ (5xx)",
    "too_many": "Quá nhiều yêu cầu (429)",
    "cut_before": "Đứt kết nối trước khi nhận",
    "cut_after": "Đứt kết nối sau khi nhận",
    "error_after": "Báo lỗi (5xx) sau khi nhận",
    "malformed": "Trả lời dở dang",
    "html": "Trả về trang HTML",
    "token_expired": "Thẻ truy cập hết hạn (401)",
    "duplicate": "Tin báo hai lần",
    "out_of_order": "Tin báo sai thứ tự",
    "wrong_signature": "Chữ ký sai",
}
RATES = (0, 10, 30, 100)  # percent
FASTEST = 1_000_000
SPEEDS = {1: "như đồng hồ thật", 60: "1 phút là 1 giờ", 1440: "1 phút là 1 ngày"}


async def style(_: web.Request) -> web.Response:
    return web.Response(body=(HERE / "page.css").read_bytes(), content_type="text/css", charset="utf-8")


async def dress(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


PAGES = Environment(
    loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
)
