"""Pickups that were ordered: to see them, move one, cancel it, correct who hands over."""
