"""The accounts of the demo company. They work on this machine only (web/accounts/loopback.py)."""

from dataclasses import dataclass

from peakend.organization.choices import Role

PASSWORD = "heye-on-this-machine"


@dataclass(frozen=True)
class Login:
    """One account: its name, role, the unit it works on, and who it is."""

    username: str
    role: str
    unit: str  # '' for the whole company
    name: str


LOGINS = (
    Login("lead", Role.CX_LEAD, "heye", "沈若禾"),
    Login("admin", Role.ADMINISTRATOR, "", "系统管理员"),
    Login("analyst", Role.ANALYST, "heye", "顾一鸣"),
    Login("store", Role.UNIT_OWNER, "store-01", "陈立"),
    Login("quality", Role.UNIT_OWNER, "supply_chain", "周以宁"),
    Login("frontline", Role.FRONTLINE, "store-01", "许晓"),
    Login("viewer", Role.VIEWER, "heye", "董事会"),
)


def shown() -> list[dict[str, str]]:
    """The accounts for the login page: role in the reader's language, name and password."""
    return [
        {
            "role": str(Role(login.role).label),
            "username": login.username,
            "password": PASSWORD,
        }
        for login in LOGINS
    ]
