"""Draw again from what is stored: whoever has the file can do the same without this program."""

from sqlalchemy import select

from app.core.db import db
from app.spotchecks import policy, queries, rules
from app.spotchecks.giving import closed
from app.spotchecks.models import SpotCheck, SpotRow


def listed(sample_id: int) -> list[SpotRow]:
    """Return the list that a sample was drawn from, by number."""
    rows = select(SpotRow).where(SpotRow.sample_id == sample_id).order_by(SpotRow.number)
    return list(db.session.scalars(rows))


def is_whole(sample_id: int) -> bool:
    """Draw again from the stored list: seed, digest and drawn cases must come out the same."""
    one, rows = queries.sample(sample_id), listed(sample_id)
    version, frame = policy.by_key(one.policy), [closed(row) for row in rows]
    drawn = rules.draw(frame, one.seed, version)
    kept = db.session.scalars(select(SpotCheck.case_id).where(SpotCheck.sample_id == sample_id))
    return (
        one.seed == rules.seed(one.month, one.turn, head_seq=one.head_seq, head_hash=one.head_hash)
        and one.frame_digest == rules.digest(frame, version.strata)
        and {case_.case_id for case_ in drawn} == set(kept)
    )


def export(sample_id: int) -> list[list[str]]:
    """Return the list as a table: what the digest is made of, each ticket, what was drawn."""
    one, drawn = queries.sample(sample_id), {row.case_id for row in queries.checks(sample_id)}
    version = policy.by_key(one.policy)
    head = ["case", "stratum", "medium", "handler", "closed_at", "ticket", "drawn"]
    lines = []
    for row in listed(sample_id):
        case_ = closed(row)
        told = rules.line(case_, version.strata).split(",")
        lines.append([*told, rules.ticket(one.seed, case_.name), str(int(row.case_id in drawn))])
    return [head, *sorted(lines)]
