from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "peakend.alerts"
    label = "alerts"
