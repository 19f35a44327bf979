"""Telegram in and out. Only this package, bot/app_channels.py and tests import the library `telegram`."""
