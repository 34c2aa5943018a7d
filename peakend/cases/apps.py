from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "peakend.cases"
    label = "cases"

    def ready(self) -> None:
        from peakend.cases.words import register_templates

        register_templates()
