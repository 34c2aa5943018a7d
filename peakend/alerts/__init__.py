"""What to watch for: rules as data, their kinds, and the causes they find. Opens nothing itself."""
