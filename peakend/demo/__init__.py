"""The demo company: generated, seeded, with planted stories the product must find."""
