"""A file comes in: guess, correct, run, watch."""
