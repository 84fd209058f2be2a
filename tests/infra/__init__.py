"""What the tests stand on: databases, a server process, a browser, a moved clock, no network."""
