"""Stand-ins for the remote systems, speaking their wire formats. The default run and the tests use them."""
