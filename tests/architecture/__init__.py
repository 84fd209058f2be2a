"""The rules of architecture.md that a machine can check; each was seen failing once."""
