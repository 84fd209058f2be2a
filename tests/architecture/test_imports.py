"""Imports point down, rules are pure, and only the edge knows Flask (architecture.md, 4)."""

import subprocess
import sys

import pytest

from tests.architecture.code import ROOT, features, graph

WEB_LIBRARIES = ("flask", "flask_babel", "flask_login", "flask_wtf", "werkzeug", "wtforms")
IMPURE = ("flask", "flask_sqlalchemy", "psycopg", "sqlalchemy", "app.core.clock", "app.core.db")
INSIDE = ("service", "queries", "models", "events", "rules", "workflow")  # from the top
SAME_LEVEL = {("rules", "workflow"), ("workflow", "rules")}


def is_edge(module: str) -> bool:
    return module == "app" or f"{module}.".startswith(("app.cli.", "app.web."))


def test_contracts_are_kept():
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_edge_knows_flask():
    known = graph()
    breaches = [
        f"{module} imports {library}"
        for library in WEB_LIBRARIES
        if library in known.modules
        for module in sorted(known.find_modules_that_directly_import(library))
        if not is_edge(module)
    ]
    assert not breaches, "\n".join(breaches)


def test_only_the_database_module_and_the_wiring_know_flask_sqlalchemy():
    importers = graph().find_modules_that_directly_import("flask_sqlalchemy")
    assert importers <= {"app", "app.core.db"}


def is_pure_by_name(module: str) -> bool:
    """Match `rules`, `rules_<any>`, `rules/<any>` and `workflow` of a feature."""
    inside = module.split(".")[2:]
    return any(word in {"rules", "workflow"} or word.startswith("rules_") for word in inside)


def test_rules_are_pure():
    known = graph()
    pure = sorted(module for module in known.modules if is_pure_by_name(module))
    assert pure, "no rules found: does this test look at the right place?"
    breaches = [
        " -> ".join(chain)
        for module in pure
        for impure in IMPURE
        if impure in known.modules
        and (chain := known.find_shortest_chain(importer=module, imported=impure))
    ]
    assert not breaches, "\n".join(breaches)


@pytest.mark.parametrize("feature", features())
def test_inside_a_feature_imports_point_down(feature):
    known = graph()
    present = [name for name in INSIDE if f"{feature}.{name}" in known.modules]
    breaches = [
        " -> ".join(chain)
        for position, higher in enumerate(present)
        for lower in present[position + 1 :]
        if (higher, lower) not in SAME_LEVEL
        and (
            chain := known.find_shortest_chain(
                importer=f"{feature}.{lower}", imported=f"{feature}.{higher}"
            )
        )
    ]
    assert not breaches, "\n".join(breaches)
