"""The hot path: what arrives is checked, appended to the inbox and acknowledged."""
