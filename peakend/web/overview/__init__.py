"""What happened this week."""
