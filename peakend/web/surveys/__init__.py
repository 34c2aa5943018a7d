"""Surveys for staff: what is asked, how each is doing, its link and QR code."""
