"""Flags: what looks odd about photos, payees and places, with its evidence, for people to judge."""
