"""Rewards: rule sets as data, assessment, approval, claim without a name, payment once, ledger."""
