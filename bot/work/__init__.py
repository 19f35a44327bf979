"""Durable work: what was promised in a turn and is carried out after it, however often the process dies."""
