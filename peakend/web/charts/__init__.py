"""Options of charts as plain JSON: colours and formats are names that the surface resolves."""
