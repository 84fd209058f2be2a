"""How a reporter takes an award: prove the claim secret, then claim, with a name only if needed."""

from dataclasses import dataclass
from datetime import datetime

from app.core.errors import Forbidden, Invalid
from app.identity import payees
from app.identity import service as identity
from app.identity.payees import PayeeDetails
from app.rewards import claiming, standing
from app.rewards.claiming import ClaimData
from app.rewards.states import Relation, Way


@dataclass(frozen=True, slots=True)
class Proof:
    """The right claim secret of a report was given; only `prove` makes one."""

    report_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a claim: a voucher number, or the refusal that was kept (`standing.py`)."""

    number: str = ""
    refused: str | None = None


def prove(report_id: int, digits: str, *, now: datetime) -> Proof:
    """Check the claim secret before the transaction of the claim (it counts its tries itself).

    Raises Forbidden when it is wrong, Limited while it is locked, NotFound when none was set.
    """
    if not identity.check_claim_secret(report_id, digits, now=now):
        raise Forbidden("claim_secret_wrong")
    return Proof(report_id)


def claim(
    award_id: int, *, report_id: int, way: Way, now: datetime, proof: Proof | None = None,
    payee: PayeeDetails | None = None, relation: Relation = Relation.SELF,
) -> Taken:  # fmt: skip
    """Take an award of this report and return its voucher number, or why it is refused.

    A voucher needs the claim secret and no name; bank and phone credit need details, which are
    sealed to the custodian here. Who set a claim secret is asked for it in every way, so that the
    code alone never diverts the money. A refusal is to be committed: it changes the award.
    """
    proven = proof is not None and proof.report_id == report_id
    if identity.has_claim_secret(report_id) and not proven:
        raise Forbidden("claim_secret_wrong")
    if way is not Way.VOUCHER and payee is None:
        raise Invalid("payee_missing", field="name")
    named = None if way is Way.VOUCHER else payee
    award = claiming.of_report(award_id, report_id)
    claiming.must_be_open(award, now=now)
    marks = payees.marks_of(named, now=now) if named else None
    refused = standing.refusal(award, marks, relation=relation, now=now)
    if refused is not None:
        return Taken(refused=refused)
    index = None
    if named is not None:
        index = payees.seal_payee(award.id, named, report_id=report_id, now=now)
    data = ClaimData(way=way, relation=relation, secret_ok=proven, payee_index=index)
    return Taken(number=claiming.claim_award(award_id, data, report_id=report_id, now=now))
