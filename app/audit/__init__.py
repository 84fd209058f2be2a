"""Append-only, hash-chained record of who did what (safeguards.md decision 9)."""
