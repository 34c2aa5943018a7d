"""Readings of every metric."""
