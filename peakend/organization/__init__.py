"""Units, people, roles, data scope and the audit trail."""
