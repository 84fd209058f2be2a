"""The working calendar as data, and working-time arithmetic on it."""
