"""Zalo Official Account: the channel of citizens (docs/connect-zalo.md)."""
