"""People correct what was understood, and the readings that wait for them."""
