"""What customers said in their own words: sources, imports, verbatims."""
