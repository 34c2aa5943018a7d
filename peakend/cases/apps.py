from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "peakend.cases"
    label = "cases"
