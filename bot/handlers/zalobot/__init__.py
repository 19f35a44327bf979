"""Zalo Bot Platform: for pilots and for alarms (docs/connect-zalo.md)."""
