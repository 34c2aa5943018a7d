from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "peakend.metrics"
    label = "metrics"
