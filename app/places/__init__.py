"""The area tree county > township > grid: which grid a point lies in, and who is on duty."""
