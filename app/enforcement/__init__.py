"""Findings and penalties: who proposes, who sets, what was done about it."""
