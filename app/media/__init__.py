"""Photos: verified by decoding in a limited child, kept unchanged, shown as clean copies."""
