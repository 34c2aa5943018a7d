"""What customers ask about, how fast and how well they are answered, and which replies work."""
