"""One place reads the clock, one place commits (rules 5 and 8)."""

import ast

from tests.architecture.code import Module, calls, modules

TIME_READERS = {"asctime", "ctime", "gmtime", "localtime", "strftime", "time", "time_ns"}
SQL_CLOCKS = {"CURRENT_TIMESTAMP", "CURRENT_DATE", "NOW()"}
BY_THE_QUEUE = "app.jobs.rhythm"
"""Reads the queue's own tables, which its library writes by the database's clock (ADR 7)."""


def written(node: ast.expr) -> str:
    return ast.unparse(node)


def reads_the_clock(call: ast.Call) -> bool:
    """Recognise datetime.now(), date.today(), utcnow(), time.time(), func.now() and their like."""
    if not isinstance(call.func, ast.Attribute):
        return isinstance(call.func, ast.Name) and call.func.id in {"utcnow", "time_ns"}
    base, attribute = written(call.func.value), call.func.attr
    if attribute == "now":
        return base.split(".")[-1] != "clock"
    if attribute in {"utcnow", "today", "current_timestamp", "current_date", "localtimestamp"}:
        return True
    return base == "time" and attribute in TIME_READERS


def names_taken_from_time(module: Module) -> list[ast.AST]:
    return [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "time"
        and TIME_READERS & {alias.name for alias in node.names}
    ]


def test_only_the_clock_module_reads_the_clock():
    readers = [
        module.at(node)
        for module in modules()
        if module.name != "app.core.clock"
        for node in [
            *(call for call in calls(module) if reads_the_clock(call)),
            *names_taken_from_time(module),
        ]
    ]
    assert not readers, "\n".join(readers)


def test_the_database_never_reads_the_clock():
    asked = [
        module.at(node)
        for module in modules()
        if module.name != BY_THE_QUEUE
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and any(word in node.value.upper() for word in SQL_CLOCKS)
    ]
    assert not asked, "\n".join(asked)


def ends_a_transaction(call: ast.Call) -> bool:
    """Recognise anything.commit(), and begin() of a session, an engine or a connection."""
    if not isinstance(call.func, ast.Attribute):
        return False
    base = written(call.func.value).lower()
    holds_one = any(word in base for word in ("session", "engine", "connection"))
    return call.func.attr == "commit" or (call.func.attr == "begin" and holds_one)


def test_only_the_transaction_module_commits():
    committers = [
        module.at(call)
        for module in modules()
        if module.name != "app.core.tx"
        for call in calls(module)
        if ends_a_transaction(call)
    ]
    assert not committers, "\n".join(committers)
