"""What was asked and answered: questionnaires, public pages, responses."""
