"""Who speaks: one row per customer, identities, attributes as of the time, tags."""
