"""Long work, live."""
