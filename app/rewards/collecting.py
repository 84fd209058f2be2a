"""How a reporter takes an award: prove the claim secret, then claim, with a name only if needed."""

from dataclasses import dataclass
from datetime import datetime

from app.core.errors import Forbidden, Invalid
from app.identity import service as identity
from app.identity.service import PayeeDetails
from app.rewards import claiming
from app.rewards.claiming import ClaimData
from app.rewards.states import Relation, Way


@dataclass(frozen=True, slots=True)
class Proof:
    """The right claim secret of a report was given; only `prove` makes one."""

    report_id: int


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
) -> str:  # fmt: skip
    """Take an award of this report and return its voucher number.

    A voucher needs the claim secret and no name; bank and phone credit need details, which are
    sealed to the custodian here. Who set a claim secret is asked for it in every way, so that the
    code alone never diverts the money.
    """
    proven = proof is not None and proof.report_id == report_id
    if identity.has_claim_secret(report_id) and not proven:
        raise Forbidden("claim_secret_wrong")
    index = None
    if way is not Way.VOUCHER:
        if payee is None:
            raise Invalid("payee_missing", field="name")
        award = claiming.of_report(award_id, report_id)
        index = identity.seal_payee(award.id, payee, report_id=report_id, now=now)
    data = ClaimData(way=way, relation=relation, secret_ok=proven, payee_index=index)
    return claiming.claim_award(award_id, data, report_id=report_id, now=now)
