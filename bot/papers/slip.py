"""The pre-filled dossier slip (phiếu gửi hồ sơ) as an A5 PDF, to be checked and signed at the door."""

from collections.abc import Callable
from datetime import time

from bot.papers.content import Known
from bot.papers.hotline import hotline
from bot.pickup.order import Order


def file_name(number: str) -> str:
    """Tells nothing of whose it is."""
    return f"phieu-gui-ho-so-{number}.pdf"


def slip(
    order: Order,
    item: str | None,
    commune_name: Callable[[str], str],
    *,
    hours: tuple[time, time] | None = None,
    exemption: str | None = None,
    link: str | None = None,
) -> bytes:
    """The same bytes for the same arguments. Takes about 0.1 s of a processor: call it in a thread.

    `item`: tracking number, once there is one. `commune_name`: with its province, by code. `hours` of the shift and
    name of the `exemption` group, when known. `link`: where the order can be followed; the QR code holds it instead
    of the order number. In Vietnamese; a citizen of another language reads the translation below each line.
    """
    from bot.papers.layout import laid_out

    return laid_out(order, item, Known(commune_name, hours, exemption, hotline()), link or order.number)
