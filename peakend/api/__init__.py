"""The HTTP API (django-ninja): one file a room."""
