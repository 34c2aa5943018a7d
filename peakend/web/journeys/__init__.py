"""The journey map as lanes with its emotion curve."""
