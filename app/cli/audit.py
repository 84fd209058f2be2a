"""`audit verify`: the whole chain; `heads`: against what left it; `entry`: one and its links."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from app.audit import heads, queries
from app.audit.rules_heads import HeadWord, first_wrong

group = AppGroup("audit", help="The hash-chained record of who did what.")


@group.command("verify")
def verify() -> None:
    """Name the first entry that does not hold; exit 1 if there is one."""
    verdict = queries.verify()
    if verdict.bad_seq is None:
        click.echo(f"ok: {verdict.count} entries, head {verdict.head}")
        return
    click.echo(f"BAD: first bad entry is seq {verdict.bad_seq} of {verdict.count}")
    sys.exit(1)


@group.command("heads")
@click.option(
    "--folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the heads lie; without it the folder of the settings.",
)  # fmt: skip
def compare(folder: Path | None) -> None:
    """Compare the chain with the heads that left it; exit 1 if one is not of this chain."""
    rows = heads.compare(folder)
    bad = [row for row in rows if row.word is not HeadWord.AGREES]
    for row in bad:
        click.echo(f"BAD: {row.name} {row.word}")
    wrong = first_wrong(rows)
    if wrong is not None:
        click.echo(f"BAD: from entry {wrong} on this is not the chain that left")
    if not bad:
        click.echo(f"ok: {len(rows)} heads agree")
    sys.exit(1 if bad else 0)


@group.command("entry")
@click.argument("seq", type=click.IntRange(min=1))
@click.option("--digest", default="", help="The digest that a work sheet shows, or how it begins.")
def entry(seq: int, digest: str) -> None:
    """Show the entry SEQ and say whether it and its links hold; exit 1 if not.

    That all others hold too is what `audit verify` says.
    """
    found = queries.link(seq)
    if found is None:
        click.echo(f"BAD: there is no entry {seq}")
        sys.exit(1)
    one = found.entry
    click.echo(f"{one.seq} {one.at.isoformat()} {one.actor} {one.action} {one.subject}")
    click.echo(f"digest {one.hash}")
    faults = {
        "its content does not give its digest": not found.itself,
        "it does not follow on the entry before": not found.before,
        "the entry after does not follow on it": not found.after,
        f"its digest is not {digest}": not one.hash.startswith(digest.strip().lower()),
    }
    wrong = [words for words, is_so in faults.items() if is_so]
    click.echo(f"BAD: {'; '.join(wrong)}" if wrong else f"ok: entry {seq} holds")
    sys.exit(1 if wrong else 0)
