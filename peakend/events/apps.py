from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "peakend.events"
    label = "events"
