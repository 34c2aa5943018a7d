from django.apps import AppConfig


class VoicesConfig(AppConfig):
    name = "peakend.voices"
    label = "voices"
