"""A pickup arranged in the chat: everything one message tells is taken, and nothing is ordered before a yes."""
