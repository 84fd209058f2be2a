"""What one person told us: the report, how it comes in, and how it finds its case."""
