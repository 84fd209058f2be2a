"""Clocks: which limits run on a case, their append-only ledger, and what happens when one ends."""
