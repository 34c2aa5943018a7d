"""The page a respondent sees."""
