"""What a respondent sees: one question a step, with or without JavaScript, and a thank-you."""
