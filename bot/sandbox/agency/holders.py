"""The owners of pretend dossiers. Their numbers are nobody's: no phone and no identity paper begins like them."""

from bot.sandbox.agency.folder import Holder
from bot.sandbox.parcel import initials

NAMES = ("Nguyễn Văn Thử", "Trần Thị Mẫu", "Lê Văn Giả", "Phạm Thị Tập", "Hoàng Văn Ví", "Nông Thị Dụ")
KEPT = 4  # last digits of the phone of somebody real


def made_up(count: int) -> Holder:
    """
    >>> made_up(4)
    Holder(name='Hoàng Văn Ví', phone='0000001204', identity='000000005604')
    """
    return Holder(name=NAMES[count % len(NAMES)], phone=f"{1200 + count:010d}", identity=f"{5600 + count:012d}")


def of_order(name: str, phone: str) -> Holder:
    """Of a dossier that the post brought, whose sender may be somebody real.

    >>> of_order("Nông Thị Tuyết Mai", "0912345678")
    Holder(name='N. T. T. M.', phone='******5678', identity=None)
    """
    digits = "".join(c for c in phone if c.isdigit())
    return Holder(name=initials(name), phone="*" * max(0, len(digits) - KEPT) + digits[-KEPT:])
