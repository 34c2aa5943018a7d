from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "peakend.web"
    label = "web"
