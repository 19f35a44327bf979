"""The other systems, as this bot speaks with them: one small adapter each."""
