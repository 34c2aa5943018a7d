"""What should happen: maps, stages, touchpoints, service standards."""
