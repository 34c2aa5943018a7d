"""The demo's own sentences: situations by aspect and polarity, with choices and slots.

``[a|b]`` picks one (an empty choice is allowed), ``{name}`` takes a word from the slots.
Everything here was written for the demo; nothing is quoted from anybody.
"""
