"""What every feature stands on and that knows nothing of complaints."""
