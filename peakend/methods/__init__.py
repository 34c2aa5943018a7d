"""Pure statistics: every number with its n, its interval, its method, or the reason why there is none.

Modules are imported by name (`from peakend.methods.scores import nps`); nothing here knows of Django,
files or time. Methods take sufficient statistics (counts, sums, cross-products) wherever they exist,
so that fifty rows and five hundred million are the same call.
"""
