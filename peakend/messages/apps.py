from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "peakend.messages"
    label = "peakend_messages"  # Django has a messages app of its own

    def ready(self) -> None:
        from peakend.messages.message_templates import register_templates

        register_templates()
