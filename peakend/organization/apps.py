from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "peakend.organization"
    label = "organization"
