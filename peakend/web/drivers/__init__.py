"""What drives the whole: importance against performance, and what parts do not explain."""
