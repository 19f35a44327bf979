"""What things cost. Run by hand (`make bench`), never as tests: machines differ, so ratios of one run are quoted."""
