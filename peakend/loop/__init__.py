"""The closed loop itself: one file a story, each reads as prose."""
