"""How hypothesis searches here: without a clock, since machines are shared, and the same way every time."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "methods", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("methods")
