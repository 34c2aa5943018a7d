from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "peakend.customers"
    label = "customers"
