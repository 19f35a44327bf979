"""Tracking numbers in the shape of UPU S10 (DOMAIN §3.4)."""

WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def tracking_number(service: str, serial: int) -> str:
    """
    >>> tracking_number("RB", 12345678), tracking_number("RB", 0), tracking_number("RB", 47312482)
    ('RB123456785VN', 'RB000000005VN', 'RB473124829VN')
    """
    digits = f"{serial % 10**8:08d}"
    return f"{service}{digits}{check_digit(digits)}VN"


def check_digit(digits: str) -> int:
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)
