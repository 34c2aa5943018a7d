"""The frame around every page: who reads, where they are, where they can go."""
