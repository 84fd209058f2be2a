"""What belongs in a table is in it: rates, channels, refusals, words."""

import ast
from enum import StrEnum
from importlib import import_module

from tests.architecture.code import Module, calls, modules

REFUSALS = {"Refused", "Invalid", "NotFound", "Forbidden", "Stale", "Limited"}


def defining(package: str, name: str) -> set[str]:
    """Name the modules straight inside `package` that define `name` at their top level."""
    return {
        module.name
        for module in modules()
        if module.name.rpartition(".")[0] == package and name in top_level(module)
    }


def top_level(module: Module) -> set[str]:
    names = set()
    for node in module.tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
    return names


def test_every_rate_is_in_its_table():
    rates = import_module("app.rates").RATES
    written = {id(import_module(name).RATE) for name in defining("app.rates", "RATE")}
    assert {id(rate) for rate in rates} == written
    assert len(rates) == 5


def test_every_channel_is_in_its_table():
    written = defining("app.notify.channels", "send")
    listed = import_module("app.notify.channels").CHANNELS
    entries = listed.values() if isinstance(listed, dict) else listed
    assert written
    assert written <= {getattr(entry, "__module__", None) or entry.__name__ for entry in entries}


def test_whoever_wakes_names_a_job_of_the_table():
    named = {
        ast.literal_eval(call.args[0])
        for module in modules()
        for call in calls(module)
        if ast.unparse(call.func) == "work.made"
    }
    assert named == {"outbox", "likeness", "calendar"}
    assert named <= set(import_module("app.jobs").JOBS)


def keys_refused_with() -> dict[str, str]:
    """Return every key that the program refuses with, with one place of it."""
    found = {}
    for module in modules():
        for call in calls(module):
            name = ast.unparse(call.func).rpartition(".")[2]
            first = call.args[0] if call.args else None
            if name in REFUSALS and isinstance(first, ast.Constant):
                found.setdefault(first.value, module.at(call))
    return found


def test_every_refusal_has_a_sentence():
    sentences = import_module("app.web.messages").MESSAGES
    silent = [f"{place}: {key}" for key, place in keys_refused_with().items()]
    silent = [line for line in silent if line.rpartition(": ")[2] not in sentences]
    assert not silent, "\n".join(sorted(silent))


def enums() -> list[type[StrEnum]]:
    return [
        getattr(import_module(module.name), node.name)
        for module in modules()
        for node in module.tree.body
        if isinstance(node, ast.ClassDef) and "StrEnum" in [ast.unparse(b) for b in node.bases]
    ]


def test_no_two_enums_share_a_name():
    """Words are looked up by the enum's name, so a second `State` would take those of the first."""
    named: dict[str, list[str]] = {}
    for kind in enums():
        named.setdefault(kind.__name__, []).append(kind.__module__)
    assert not {name: places for name, places in named.items() if len(places) > 1}


def test_every_label_table_is_whole():
    labels = import_module("app.web.labels").LABELS
    missing = [
        f"{kind.__module__}.{kind.__name__}.{value}"
        for kind in enums()
        if kind.__name__ in labels
        for value in kind
        if value not in labels[kind.__name__]
    ]
    assert not missing, "\n".join(missing)


def test_no_two_label_tables_share_a_name():
    names = [
        name
        for module in modules()
        if module.name.startswith("app.web.labels.")
        for name in import_module(module.name).LABELS
    ]
    assert len(names) == len(set(names))


UNHEARD = {
    "ClockEvent": "the base of the three below it",
    "ClockBreached": "told one by one to whoever counts them; supervision hears the batch",
    "ClockWarned": "colours and lists read the marks themselves; nobody is woken at half time",
    "HandBackAsked": "the move that comes with it does everything",
}
"""Events that nothing reacts to, and why that is right."""


def test_everything_announced_is_heard_or_excused():
    """An event that no reaction hears is a consequence that a feature promises and nobody keeps."""
    heard = {event.__name__ for event in import_module("app.reactions").REACTIONS}
    announced = {
        name
        for module in modules()
        if module.name.startswith("app.") and module.name.endswith(".events")
        for name in top_level(module)
        if isinstance(getattr(import_module(module.name), name), type)
        and not getattr(getattr(import_module(module.name), name), "_is_protocol", False)
    }
    assert announced - heard == set(UNHEARD)
