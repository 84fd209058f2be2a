"""The stored schema and the models never differ."""
