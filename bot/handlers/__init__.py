"""The channels. Each turns its own updates into what was heard, and messages into its own form."""
