"""Recordings of calls and visits: turned into words by an engine of the company's choice, then heard like any voice."""
