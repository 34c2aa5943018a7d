"""Verbatims with their evidence."""
