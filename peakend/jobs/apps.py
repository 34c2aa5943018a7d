from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "peakend.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Let every room register the long work it can do."""
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("tasks")
