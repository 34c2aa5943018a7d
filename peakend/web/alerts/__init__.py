"""Alert rules as data."""
