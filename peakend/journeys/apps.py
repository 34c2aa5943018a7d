from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "peakend.journeys"
    label = "journeys"
