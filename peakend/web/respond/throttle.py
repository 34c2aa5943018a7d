"""How many responses one address may send: a whole shop shares one, a machine sends thousands."""

import hashlib

from django.core.cache import cache

MOST = 60
WINDOW = 600  # seconds


def allowed(address: str, slug: str) -> bool:
    """Count one more response from the address; False beyond the limit."""
    digest = hashlib.sha256(f"{slug}|{address}".encode()).hexdigest()[:32]
    key = f"respond:{digest}"
    if cache.add(key, 1, WINDOW):
        return True
    try:
        return bool(cache.incr(key) <= MOST)
    except ValueError:  # it expired between the two lines
        cache.set(key, 1, WINDOW)
        return True
