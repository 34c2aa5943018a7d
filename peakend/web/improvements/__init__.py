"""Initiatives and their verdicts."""
