"""Dashboards: chosen figures under one filter, kept and shared."""
