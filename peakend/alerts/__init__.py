"""What calls for action: rules as data and their evaluation."""
