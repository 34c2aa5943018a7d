from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganizationConfig(AppConfig):
    name = "peakend.organization"
    label = "organization"

    def ready(self) -> None:
        """Watch what people change, guard the log, and note who signs in."""
        from peakend.organization.audit import watch_models
        from peakend.organization.audit_guard import guard_after_migration
        from peakend.organization.sign_in_trail import note_sign_ins

        watch_models()
        note_sign_ins()
        post_migrate.connect(guard_after_migration, sender=self, dispatch_uid="guard_audit_log")
