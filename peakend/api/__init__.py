"""The HTTP API (django-ninja): one file a room. Bearer tokens, deny by default."""
