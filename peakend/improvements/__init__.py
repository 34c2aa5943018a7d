"""Initiatives: what should move which metric by how much, and whether it did."""
