from django.apps import AppConfig


class OpinionsConfig(AppConfig):
    name = "peakend.opinions"
    label = "opinions"
