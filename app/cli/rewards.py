"""Commands around rewards: explain what facts are worth, check the file of a rule set."""

import json
from typing import IO, Any

import click
from flask.cli import AppGroup

from app.core.errors import Invalid, NotFound
from app.rewards import catalog, trials
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
        document = catalog.document(rule_set_id)
        found = assess(document, facts)
    except NotFound as refused:
        known = refused.facts["known"]
        raise click.ClickException(f"no rule set {rule_set_id!r}; there are: {known}") from None
    except (FactsFault, RuleFault) as fault:
        raise click.ClickException(str(fault)) from None
    events = {component.when for component in document.components}
    for name in sorted(set(facts.extra) - events):
        click.echo(f"note: no rule reads {name!r}", err=True)
    click.echo(json.dumps(found.dump(), ensure_ascii=False, indent=1))


@group.command("check")
@click.argument("source", type=click.File("rb"))
def check(source: IO[bytes]) -> None:
    """Write as JSON what is wrong with the file of a rule set, and how its own cases end."""
    try:
        document = trials.load(source.read())
    except Invalid as refused:
        raise click.ClickException(f"{refused.key}: {refused.facts['fault']}") from None
    wrong = trials.faults(document)
    cases = [] if wrong else trials.try_cases(document)
    failed = [
        {"facts": dict(case.facts), "wanted_fen": case.wanted_fen, "found_fen": case.found_fen,
         "excluded": case.excluded, "fault": case.fault}
        for case in cases
        if not case.passed
    ]  # fmt: skip
    told = {"faults": wrong, "without_effect": [] if wrong else trials.unread(document),
            "cases": len(cases), "failed": failed}  # fmt: skip
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    if wrong or failed:
        raise click.exceptions.Exit(1)


def _object(source: IO[str]) -> dict[str, Any]:
    try:
        given = json.load(source)
    except (ValueError, RecursionError) as fault:
        raise FactsFault(f"the facts are not JSON: {fault}") from None
    if not isinstance(given, dict):
        raise FactsFault("the facts are not a JSON object")
    return given
