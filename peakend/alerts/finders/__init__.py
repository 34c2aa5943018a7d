"""What rules look for: one file a kind, with its parameters, how it finds causes and what they are called."""
