"""Units, people, sources, rules, audit."""
