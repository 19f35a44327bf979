"""Tracking numbers in the shape of UPU S10 (DOMAIN §3.4)."""

from knowledge.s10 import check_digit


def tracking_number(service: str, serial: int) -> str:
    """
    >>> tracking_number("RB", 12345678), tracking_number("RB", 0), tracking_number("RB", 47312482)
    ('RB123456785VN', 'RB000000005VN', 'RB473124829VN')
    """
    digits = f"{serial % 10**8:08d}"
    return f"{service}{digits}{check_digit(digits)}VN"
