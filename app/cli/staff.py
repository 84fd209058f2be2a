"""`staff add`, `staff list`, `staff reset`, `staff roles`: accounts from the command line."""

import click
from flask.cli import AppGroup

from app.accounts import passwords, queries, service
from app.accounts.permissions import LOCAL, ROLES, Role
from app.core import clock
from app.core.errors import Refused
from app.core.tx import transaction
from app.places import queries as places

group = AppGroup("staff", help="Accounts of staff.")
BY = "system"
AREA_DIGITS = 12
TOWNSHIP_ROLES = LOCAL - {Role.DEPARTMENT}


@group.command("add")
@click.argument("username")
@click.option("--name", required=True, help="Name as colleagues read it.")
@click.option(
    "--role", "roles", multiple=True, required=True,
    type=click.Choice([str(role) for role in Role]),  # of an enum click would ask for its names
    help="May be given several times.",
)  # fmt: skip
@click.option("--area", default="", help="Code of the township or department of local roles.")
@click.option("--person", help="Identity number; only its keyed index is kept.")
def add(username: str, name: str, roles: tuple[str, ...], area: str, person: str | None) -> None:
    """Add an account with a random first password, which is shown once."""
    area = _area(area, roles)
    password = service.new_password()
    hashed = passwords.hashed(password)
    try:
        with transaction():
            service.add_staff(
                username, name=name, roles=[Role(word) for word in roles], area_code=area,
                password_hash=hashed, person=person, now=clock.now(), by=BY,
            )  # fmt: skip
    except Refused as error:
        raise click.ClickException(f"{error.key}: {error.facts}") from error
    click.echo(f"{username}: first password {password} (to be changed at the first sign-in)")


def _area(code: str, roles: tuple[str, ...]) -> str:
    """Return the township's whole code; a local role without a known one would see nothing."""
    if not {Role(word) for word in roles} & TOWNSHIP_ROLES:
        return code
    known = {town.code for town in places.townships()}
    whole = code.ljust(AREA_DIGITS, "0")
    if not code or (known and whole not in known):
        told = ", ".join(sorted(known)) or "areas import FILE comes first"
        raise click.ClickException(f"--area: a township's code is needed; there are: {told}")
    return whole


@group.command("list")
def show() -> None:
    """List all accounts with their roles."""
    for person in queries.everybody():
        state = person.status if person.active else "closed"
        columns = (person.username, person.name, state, person.area_code, *person.roles)
        click.echo("\t".join(columns))


@group.command("reset")
@click.argument("username")
def reset(username: str) -> None:
    """Give a new random password and take the second factor away, after proof of the person."""
    person = queries.by_username(username)
    if person is None:
        raise click.ClickException(f"there is no account {username}")
    password = service.new_password()
    hashed = passwords.hashed(password)
    with transaction():
        service.reset(person.staff_id, hashed, by=BY, now=clock.now())
    click.echo(f"{username}: first password {password} (to be changed at the next sign-in)")


@group.command("roles")
def roles() -> None:
    """List what each role may do."""
    for role, verbs in ROLES.items():
        click.echo(f"{role}\t{' '.join(sorted(verbs))}")
