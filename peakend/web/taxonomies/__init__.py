"""What readings are made of: taxonomies, edited with a view of what would change."""
