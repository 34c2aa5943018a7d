"""`peakend init`: the tables, the company and its first administrator."""

import os

import click

from peakend.cli.language import say

# Never an option: other people of the machine can read a command line.
PASSWORD = "PEAKEND_ADMIN_PASSWORD"


@click.command(
    help=say(
        "Create the first administrator. The password is asked for, or taken from PEAKEND_ADMIN_PASSWORD.",
        "创建第一位管理员。密码会提示输入，也可取自 PEAKEND_ADMIN_PASSWORD。",
    )
)
@click.option("--company", envvar="PEAKEND_COMPANY", help=say("Name of the company.", "公司名称。"))
@click.option(
    "--username", envvar="PEAKEND_ADMIN_USERNAME", help=say("Name to sign in with.", "登录名。")
)
@click.option(
    "--email",
    envvar="PEAKEND_ADMIN_EMAIL",
    default="",
    help=say("Address of the administrator.", "管理员邮箱。"),
)
@click.option(
    "--force",
    is_flag=True,
    help=say(
        "Add another administrator to a company that has one.", "公司已有管理员时，再加一位。"
    ),
)
def init(company: str | None, username: str | None, email: str, force: bool) -> None:
    from peakend.config.start import prepare_database, start_django

    start_django()
    prepare_database()
    from django.conf import settings

    from peakend.organization.choices import Role
    from peakend.organization.errors import OrganizationError
    from peakend.organization.models import User
    from peakend.organization.queries import company as company_unit
    from peakend.organization.services import found_company

    if User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exists() and not force:
        raise click.ClickException(
            say(
                f"{settings.HOME} already has an administrator. Use --force to add another one.",
                f"{settings.HOME} 已有管理员。要再加一位请用 --force。",
            )
        )
    if company_unit() is None and not company:
        company = click.prompt(say("Company", "公司名称"), default=say("My company", "我的公司"))
    username = username or click.prompt(say("User name", "用户名"), default="admin")
    password = os.environ.get(PASSWORD) or click.prompt(
        say("Password", "密码"), hide_input=True, confirmation_prompt=True
    )
    try:
        person = found_company(
            company=company or "", username=username, password=password, email=email
        )
    except OrganizationError as refusal:
        raise click.ClickException(_words(refusal.code, refusal.details)) from None

    click.echo(
        say(
            f"{person.unit} is set up in {settings.HOME}; {person.username} administers it.",
            f"{person.unit} 已建好，位于 {settings.HOME}，管理员是 {person.username}。",
        )
    )
    click.echo(say("\nNext:", "\n接下来："))
    for command, english, chinese in (
        (
            "peakend serve",
            f"open {settings.BASE_URL} and sign in",
            f"打开 {settings.BASE_URL} 登录",
        ),
        ("peakend import FILE", "bring in reviews or survey answers", "导入评论或问卷文件"),
        ("peakend demo", "see a company full of stories", "看一家有故事的示例公司"),
    ):
        click.echo(f"  {command:<22}{say(english, chinese)}")


def _words(code: str, details: dict[str, object]) -> str:
    reasons = details.get("reasons")
    if isinstance(reasons, list):
        return " ".join(map(str, reasons))
    words = {
        "username_taken": say(
            "Somebody already has this user name; choose another with --username.",
            "用户名已被使用，请用 --username 换一个。",
        ),
        "email_taken": say("Somebody already has this address.", "邮箱已被使用。"),
        "bad_person": say("The user name or the address is not valid.", "用户名或邮箱格式不正确。"),
    }
    return words.get(code, code)
