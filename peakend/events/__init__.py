"""What customers did and what operations did: visits, purchases, deliveries."""
