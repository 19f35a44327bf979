"""Where dossiers are asked for: one small adapter for each kind of system, behind one contract."""
