"""Notices for a person, and the channels that carry messages out."""
