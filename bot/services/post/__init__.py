"""The post: one contract (gateway.py), one adapter a gateway."""
