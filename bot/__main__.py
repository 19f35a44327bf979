"""The command line: `python -m bot --help`."""

from bot.commands import main

main()
