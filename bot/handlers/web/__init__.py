"""The web chat: a page that works without scripts, and more with them; framed in other sites, printed on posters."""
