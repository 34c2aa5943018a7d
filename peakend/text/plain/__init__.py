"""The same models in plain Python, one text at a time.

Every module here says in obvious steps what its namesake one folder up computes with arrays for
many texts. It is the reference the arrays are held to (`tests/text/test_plain.py`: not one decision
may differ), and for a single short text it is also quicker than they are.
"""
