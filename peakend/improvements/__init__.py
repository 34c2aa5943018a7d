"""What is changed for good, and whether it worked: initiatives and verdicts."""
