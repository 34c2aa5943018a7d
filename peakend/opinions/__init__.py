"""What the text kernel found in the voices: aspect, polarity, evidence."""
