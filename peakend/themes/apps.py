from django.apps import AppConfig


class ThemesConfig(AppConfig):
    name = "peakend.themes"
    label = "themes"
