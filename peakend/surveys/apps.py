from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "peakend.surveys"
    label = "surveys"
