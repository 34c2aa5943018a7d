"""Peakend (峰终): hear customers, understand them, measure honestly, act, and prove it."""
