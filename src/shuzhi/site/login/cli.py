"""`shuzhi accounts`: staff accounts from the command line, as the platform itself."""

from typing import Annotated

import typer
from rich.table import Table

from shuzhi.spine import accounts, shell
from shuzhi.spine.actors import SYSTEM

app = typer.Typer(help="Staff accounts: create, grant and revoke roles, unlock.", no_args_is_help=True)
console = shell.console()

Username = Annotated[str, typer.Argument(help="The name with which the person logs in.")]
Role = Annotated[str, typer.Argument(help="A role, such as dispatcher or unit_officer.")]
Because = Annotated[str, typer.Option(help="Why; kept in the audit trail.")]
Unit = Annotated[str, typer.Option(help="Unit code that the role is limited to.")]
Area = Annotated[str, typer.Option(help="Area code that the role is limited to, with everything below it.")]


@app.command()
def create(
    username: Username,
    name: Annotated[str, typer.Option(help="The person's name.")],
    unit: Annotated[str, typer.Option(help="Unit code of the person's post.")] = "",
    phone: Annotated[str, typer.Option(help="Office phone.")] = "",
    role: Annotated[str, typer.Option(help="A role to grant at once, everywhere.")] = "",
) -> None:
    """Open an account; prints its one-time password, which must be changed at the first log-in."""
    made = accounts.create_account(username, name=name, unit=unit, phone=phone, by=SYSTEM)
    if role:
        accounts.grant_role(made.account.id, role=role, because="first role", by=SYSTEM)
    console.print(f"Account {made.account.id} ({made.account.username}) is open.")
    console.print(f"One-time password: {made.initial_password}", highlight=False)


@app.command()
def grant(username: Username, role: Role, because: Because, unit: Unit = "", area: Area = "") -> None:
    """Give an account a role, for a unit, an area, or everywhere."""
    card = accounts.find_account(username, by=SYSTEM)
    accounts.grant_role(card.id, role=role, unit=unit, area=area, because=because, by=SYSTEM)
    console.print(f"{username} is {role} now.")


@app.command()
def revoke(username: Username, role: Role, because: Because, unit: Unit = "", area: Area = "") -> None:
    """Take a role back. The last active administrator of a kind keeps it."""
    card = accounts.find_account(username, by=SYSTEM)
    accounts.revoke_role(card.id, role=role, unit=unit, area=area, because=because, by=SYSTEM)
    console.print(f"{username} is no longer {role}.")


@app.command("list")
def list_accounts(role: Annotated[str, typer.Option(help="Only accounts with this role.")] = "") -> None:
    """Show the accounts with their roles and state."""
    table = Table("Id", "User name", "Name", "Unit", "State", "Roles")
    after = 0
    while page := accounts.accounts(role=role, after=after, by=SYSTEM):
        for card in page:
            roles = ", ".join(f"{one.role} {one.unit or one.area}".strip() for one in card.grants)
            table.add_row(str(card.id), card.username, card.name, card.unit, _state(card), roles)
        after = page[-1].id
    console.print(table)


def _state(card: accounts.AccountCard) -> str:
    if not card.active:
        return "closed"
    return "locked" if card.locked else "active"


@app.command()
def unlock(username: Username, because: Because) -> None:
    """Let somebody log in again at once after too many wrong passwords."""
    accounts.unlock(accounts.find_account(username, by=SYSTEM).id, because=because, by=SYSTEM)
    console.print(f"{username} may log in again.")
