"""Survey logic without a framework: question types, checking answers, scoring."""
