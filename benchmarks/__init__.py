"""Ratios against bare references, in CPU time, on this machine (performance.md)."""
