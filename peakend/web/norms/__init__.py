"""The norm library: where a new product stands among all that were tested."""
