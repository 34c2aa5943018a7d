from django.apps import AppConfig


class LoopConfig(AppConfig):
    name = "peakend.loop"
    label = "loop"
