"""The case: the matter we work on, its states and moves, and its append-only history."""
