"""A pickup as a thing of its own: what was ordered, and how far it has come. Pure; no channel, no post, no database."""
