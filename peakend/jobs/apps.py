from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "peakend.jobs"
    label = "jobs"
