"""The inbox: every signal, durably, before anything else happens to it. No framework."""
