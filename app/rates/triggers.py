"""Triggers that mark a day of a rate whenever a row changes that the day's figures count.

They stand in the database, so nothing that writes can forget them: a move, a sweep, an import, a
repair by hand. A mark costs one insert; SQLite has one writer, so a day already marked is not
marked again; on PostgreSQL every writer leaves its own mark and waits for nobody.
"""

# ruff: noqa: S608 (made of the constants of this file alone)

CLOCKS = {"arrive": "arrival", "first_reply": "reply", "closure": "closure", "filing": "penalty"}
KINDS = ", ".join(f"'{kind}'" for kind in CLOCKS)
RATE_OF = " ".join(f"WHEN '{kind}' THEN '{rate}'" for kind, rate in CLOCKS.items())
ENDED = "('merged', 'withdrawn', 'rejected')"
LOCAL_DAY = {
    "sqlite": "date({}, '+8 hours')",
    "postgresql": "CAST(({}) AT TIME ZONE 'Asia/Shanghai' AS date)",
}
DIFFERS = {"sqlite": "{0} IS NOT {1}", "postgresql": "{0} IS DISTINCT FROM {1}"}

Trigger = tuple[str, str, str, str]
"""Table, event, condition, what the marks are selected from."""


class _Words:
    """The phrases of one database."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect

    def day(self, moment: str) -> str:
        return LOCAL_DAY[self.dialect].format(moment)

    def changed(self, *columns: str) -> str:
        return " OR ".join(
            DIFFERS[self.dialect].format(f"OLD.{name}", f"NEW.{name}") for name in columns
        )

    def clock(self, row: str) -> str:
        """Select the mark of one clock row."""
        return (
            f"SELECT CASE {row}.kind {RATE_OF} END AS rate, {self.day(row + '.due_at')} AS day"
            f" WHERE {row}.kind IN ({KINDS}) AND {row}.due_at IS NOT NULL"
        )

    def clocks(self, condition: str) -> str:
        """Select the marks of the clocks that match."""
        return (
            f"SELECT CASE clock.kind {RATE_OF} END AS rate, {self.day('clock.due_at')} AS day"
            f" FROM clock WHERE clock.kind IN ({KINDS}) AND clock.due_at IS NOT NULL"
            f" AND {condition}"
        )

    def closings(self, case_id: str) -> str:
        """Select the days on which a case was closed."""
        return (
            f"SELECT 'satisfaction' AS rate, {self.day('case_step.at')} AS day FROM case_step"
            f" WHERE case_step.move = 'close' AND case_step.case_id = {case_id}"
        )

    def unneeded(self, condition: str) -> str:
        """Select the days of dispatches without a visit."""
        return (
            f"SELECT 'arrival' AS rate, {self.day('task.assigned_at')} AS day FROM task"
            f" WHERE task.no_visit_reason <> '' AND {condition}"
        )


def _table(words: _Words) -> tuple[Trigger, ...]:
    of_case = words.clocks("clock.case_id = NEW.case_id")
    home = "(NEW.case_id, (SELECT merged_into_id FROM case_file WHERE id = NEW.case_id))"
    of_report = words.clocks(f"clock.case_id IN {home} AND clock.report_id = NEW.id")
    taken_back = words.clocks(
        f"clock.case_id IN {home} AND clock.kind = 'first_reply' AND clock.report_id IN"
        " (SELECT id FROM report WHERE case_id = NEW.case_id AND withdrawn_at IS NOT NULL)"
    )
    closed = words.closings("NEW.case_id")
    ending = f"OLD.state IN {ENDED} OR NEW.state IN {ENDED}"
    exclusion = f"{of_case} UNION {closed}"
    whole_case = " UNION ".join(
        (words.clocks("clock.case_id = NEW.id"), words.closings("NEW.id"),
         words.unneeded("task.case_id = NEW.id"))
    )  # fmt: skip
    clock_changed = words.changed(
        "due_at", "state", "on_time", "kind", "case_id", "report_id", "township_code", "entries"
    )
    moved = f"({clock_changed}) AND (OLD.kind IN ({KINDS}) OR NEW.kind IN ({KINDS}))"
    return (
        ("clock", "INSERT", "", words.clock("NEW")),
        ("clock", "UPDATE", moved, f"{words.clock('OLD')} UNION {words.clock('NEW')}"),
        ("clock", "DELETE", "", words.clock("OLD")),
        ("case_file", "UPDATE", f"{ending} OR {words.changed('exclusion', 'township_code')}",
         whole_case),
        ("report", "UPDATE", words.changed("test", "withdrawn_at", "refuses_reply", "case_id"),
         f"{of_report} UNION {closed}"),
        ("rate_exclusion", "INSERT", "", exclusion),
        ("rate_exclusion", "UPDATE", "", exclusion),
        ("rate_exclusion", "DELETE", "", exclusion.replace("NEW.", "OLD.")),
        ("penalty_step", "INSERT", "NEW.to_state = 'no_penalty'",
         words.clocks("clock.kind = 'filing' AND clock.case_id ="
                      " (SELECT case_id FROM penalty WHERE id = NEW.penalty_id)")),
        ("rating", "INSERT", "", closed),
        ("rating", "UPDATE", "", f"{closed} UNION {words.closings('OLD.case_id')}"),
        ("rating", "DELETE", "", words.closings("OLD.case_id")),
        ("case_step", "INSERT", "NEW.move IN ('close', 'assign')", f"{closed} UNION {taken_back}"),
        ("task", "INSERT", "NEW.no_visit_reason <> ''", words.unneeded("task.id = NEW.id")),
    )  # fmt: skip


def names() -> tuple[tuple[str, str], ...]:
    """Return each trigger's name with its table."""
    return tuple(
        (f"rate_mark_{table}_{event.lower()}", table)
        for table, event, _condition, _marks in _table(_Words("sqlite"))
    )


def statements(dialect: str) -> tuple[str, ...]:
    """Return the statements that make the triggers."""
    made: list[str] = []
    for (name, _), (table, event, condition, marks) in zip(
        names(), _table(_Words(dialect)), strict=True
    ):
        made += (
            _sqlite(name, table, event, condition, marks)
            if dialect == "sqlite"
            else (_postgres(name, table, event, condition, marks))
        )
    return tuple(made)


def _sqlite(name: str, table: str, event: str, condition: str, marks: str) -> list[str]:
    when = f" WHEN {condition}" if condition else ""
    return [
        (
            f"CREATE TRIGGER {name} AFTER {event} ON {table}{when} BEGIN"
            f" INSERT INTO rate_changed (rate, day) SELECT rate, day FROM ({marks}) AS marks"
            " WHERE NOT EXISTS (SELECT 1 FROM rate_changed AS there"
            " WHERE there.rate = marks.rate AND there.day = marks.day); END"
        )
    ]


def _postgres(name: str, table: str, event: str, condition: str, marks: str) -> list[str]:
    when = f" WHEN ({condition})" if condition else ""
    return [
        (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" INSERT INTO rate_changed (rate, day) SELECT rate, day FROM ({marks}) AS marks;"
            " RETURN NULL; END $$"
        ),
        (
            f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW{when}"
            f" EXECUTE FUNCTION {name}()"
        ),
    ]


def first_marks(dialect: str) -> tuple[str, ...]:
    """Return the statements that mark every day that older rows have a part in."""
    words = _Words(dialect)
    sources = (
        words.clocks("clock.id > 0"), words.unneeded("task.id > 0"),
        words.closings("case_step.case_id"),
    )  # fmt: skip
    return tuple(
        f"INSERT INTO rate_changed (rate, day) SELECT DISTINCT rate, day FROM ({marks}) AS marks"
        for marks in sources
    )


def drops(dialect: str) -> tuple[str, ...]:
    """Return the statements that take them away."""
    if dialect == "sqlite":
        return tuple(f"DROP TRIGGER IF EXISTS {name}" for name, _ in names())
    return tuple(f"DROP FUNCTION IF EXISTS {name}() CASCADE" for name, _ in names())
