"""Pressure on what is late: urges, supervision orders with their own clock, notices."""
