from django.apps import AppConfig


class ImprovementsConfig(AppConfig):
    name = "peakend.improvements"
    label = "improvements"

    def ready(self) -> None:
        from peakend.improvements.message_templates import register_templates

        register_templates()
