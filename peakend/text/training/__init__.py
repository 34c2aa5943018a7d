"""Fitting: the shipped general model, and models for a company's own labels."""
