"""Commands around rewards: explain what facts are worth under a rule set."""

import json
from typing import IO, Any

import click
from flask.cli import AppGroup

from app.core.errors import NotFound
from app.rewards import catalog
from app.rewards.rules import Facts, FactsFault, RuleFault, assess

group = AppGroup("rewards", help="Reward rule sets and what they say.")


@group.command("explain")
@click.option("--rule-set", "rule_set_id", required=True, help="Id such as eco110-default.")
@click.option(
    "--facts", "source", required=True, type=click.File("r", encoding="utf-8"),
    help="JSON file with facts; - reads standard input.",
)  # fmt: skip
def explain(rule_set_id: str, source: IO[str]) -> None:
    """Write as JSON what the facts are worth and how it was computed."""
    try:
        facts = Facts.read(_object(source))
        found = assess(catalog.document(rule_set_id), facts)
    except NotFound as refused:
        known = refused.facts["known"]
        raise click.ClickException(f"no rule set {rule_set_id!r}; there are: {known}") from None
    except (FactsFault, RuleFault) as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(json.dumps(found.dump(), ensure_ascii=False, indent=1))


def _object(source: IO[str]) -> dict[str, Any]:
    try:
        given = json.load(source)
    except (ValueError, UnicodeDecodeError) as fault:
        raise FactsFault(f"the facts are not JSON: {fault}") from None
    if not isinstance(given, dict):
        raise FactsFault("the facts are not a JSON object")
    return given
