"""The bot: the conversation, and the edges through which it meets the world."""
