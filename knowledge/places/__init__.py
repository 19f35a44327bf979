"""Communes and provinces, as today and as people still write them, found in what they write."""

from knowledge.places.book import Commune, Province
from knowledge.places.reader import PlaceReading, Places, load_places

__all__ = ["Commune", "PlaceReading", "Places", "Province", "load_places"]
