"""Parcel numbers by the standard UPU S10: two letters, eight digits and their check, the country (DOMAIN §3.4)."""

import re

NUMBER = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")
WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def is_s10(code: str) -> bool:
    """Whether it has this form and its check digit agrees.

    >>> is_s10("RB123456785VN"), is_s10("RB123456789VN"), is_s10("RB12345678VN")
    (True, False, False)
    """
    return bool(NUMBER.fullmatch(code)) and check_digit(code[2:10]) == int(code[10])


def check_digit(serial: str) -> int:
    """Of eight digits.

    >>> check_digit("47312482"), check_digit("00000000")
    (9, 5)
    """
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, serial, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)
