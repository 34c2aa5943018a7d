from django.apps import AppConfig


class OfferingsConfig(AppConfig):
    name = "peakend.offerings"
    label = "offerings"
