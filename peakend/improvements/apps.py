from django.apps import AppConfig


class ImprovementsConfig(AppConfig):
    name = "peakend.improvements"
    label = "improvements"
