"""Dossiers at the agencies: where one stands, and what changed in that. Pure values."""
