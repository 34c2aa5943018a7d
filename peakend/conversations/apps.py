from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "peakend.conversations"
    label = "conversations"
