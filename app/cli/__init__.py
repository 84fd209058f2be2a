"""Commands for operators: `./eco110 COMMAND …` (docs/operations.md)."""

from flask import Flask

from app.cli import (
    areas,
    aside,
    audit,
    clocks,
    demo,
    keys,
    photos,
    rates,
    rewards,
    run,
    samples,
    staff,
    worktime,
)

COMMANDS = (
    areas.group, aside.group, audit.group, clocks.group, demo.demo, keys.group, photos.group,
    rates.group, rewards.group, run.run_jobs, run.tick, samples.group, staff.group, worktime.group,
)  # fmt: skip


def register(app: Flask) -> None:
    """Hang every command on the Flask CLI."""
    for command in COMMANDS:
        app.cli.add_command(command)
