from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "peakend.cases"
    label = "cases"

    def ready(self) -> None:
        from peakend.cases.message_templates import register_templates

        register_templates()
