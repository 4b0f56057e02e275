"""leakcheck: what a leash server has left behind. See __main__.py for the command."""
