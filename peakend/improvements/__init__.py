"""Improvements: initiatives (the model is ``Initiative``) tried at pilot units, and the verdicts that prove them."""
