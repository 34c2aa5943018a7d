"""Surveys, their links and answers, for staff."""
