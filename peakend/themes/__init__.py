"""What people begin to talk about that no taxonomy names, and the words that mark a group."""
