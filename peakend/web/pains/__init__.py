"""What hurts and what delights most, why, and who holds the lever."""
