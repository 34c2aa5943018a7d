"""What people begin to talk about, and the words that mark a group."""
