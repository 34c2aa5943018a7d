"""`peakend init`: the tables, the company and its first administrator."""

import os
from pathlib import Path

import click

PASSWORD = "PEAKEND_ADMIN_PASSWORD"


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="The data folder; else PEAKEND_HOME.")
@click.option("--company", envvar="PEAKEND_COMPANY", help="Name of the company.")
@click.option("--username", envvar="PEAKEND_ADMIN_USERNAME", help="Name to sign in with.")
@click.option(
    "--email", envvar="PEAKEND_ADMIN_EMAIL", default="", help="Address of the administrator."
)
@click.option("--force", is_flag=True, help="Add another administrator to a company that has one.")
def init(
    data: Path | None, company: str | None, username: str | None, email: str, force: bool
) -> None:
    """Create the first administrator and print what to do next.

    The password is asked for, or taken from PEAKEND_ADMIN_PASSWORD; never from the command line,
    where other people of the machine could read it.
    """
    from peakend.config.start import prepare_database, start_django

    start_django(data)
    prepare_database()
    from django.conf import settings

    from peakend.organization.choices import Role
    from peakend.organization.errors import OrganizationError
    from peakend.organization.models import User
    from peakend.organization.queries import company as company_unit
    from peakend.organization.services import found_company

    if User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exists() and not force:
        raise click.ClickException(
            f"{settings.HOME} already has an administrator. Use --force to add another one."
        )
    root = company_unit()
    if root is None and not company:
        company = click.prompt("Company", default="My company")
    username = username or click.prompt("User name", default="admin")
    password = os.environ.get(PASSWORD) or click.prompt(
        "Password", hide_input=True, confirmation_prompt=True
    )
    try:
        person = found_company(
            company=company or "", username=username, password=password, email=email
        )
    except OrganizationError as refusal:
        reasons = refusal.details.get("reasons")
        words = (
            " ".join(map(str, reasons)) if isinstance(reasons, list) else _WORDS.get(refusal.code)
        )
        raise click.ClickException(words or refusal.code) from None

    click.echo(f"{person.unit} is set up in {settings.HOME}; {person.username} administers it.")
    click.echo("\nNext:")
    click.echo(f"  peakend serve            open {settings.BASE_URL} and sign in")
    click.echo("  peakend import FILE      bring in a file of reviews or survey answers")
    click.echo("  peakend demo             see a company full of stories, in a folder of its own")


_WORDS = {
    "username_taken": "Somebody already has this user name; choose another with --username.",
    "email_taken": "Somebody already has this address.",
    "bad_person": "The user name or the address is not valid.",
}
