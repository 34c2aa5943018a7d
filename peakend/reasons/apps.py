from django.apps import AppConfig


class ReasonsConfig(AppConfig):
    name = "peakend.reasons"
    label = "reasons"
