"""Where a dossier stands: told when asked, and before."""
