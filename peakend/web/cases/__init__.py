"""Inbox and case."""
