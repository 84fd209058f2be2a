"""Spot checks 抽查: a drawn part of the closed cases is inspected again by somebody else."""
