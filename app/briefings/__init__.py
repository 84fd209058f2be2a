"""What supervisors read, and what waits for whom."""
