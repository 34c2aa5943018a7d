from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "peakend.recordings"
    label = "recordings"
