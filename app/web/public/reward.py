"""C10: why this amount, and how to collect it; one thing a page, no name where none is needed."""

from datetime import datetime
from typing import Any

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app.core import clock
from app.core.errors import Forbidden, Invalid, Limited, NotFound, Refused
from app.core.tx import transaction
from app.identity import service as identity
from app.identity.payees import PayeeDetails
from app.intake import queries as reports
from app.rewards import service as rewards
from app.rewards.queries import AwardView
from app.rewards.service import Proof
from app.rewards.states import Way
from app.web.forms import unfinished
from app.web.messages import sentence
from app.web.public import award as awards
from app.web.public import visits
from app.web.public.case_forms import ClaimForm, WordsForm
from app.web.public.forms import digits
from app.web.public.site import blueprint


@blueprint.get("/t/<name>/reward")
def reward(name: str) -> str:
    """Show the facts, the rule version and the sum."""
    now = clock.now()
    award = awards.mine(visits.find(name, now=now).report_id)
    facts = _facts(award, name, now=now)
    return render_template("public/reward.html", form=WordsForm(formdata=None), **facts)


def _facts(award: AwardView, name: str, *, now: datetime) -> dict[str, Any]:
    return {
        "name": name, "award": award, "checks": awards.checks(award), "sums": awards.sums(award),
        "whole": awards.whole(award.amount_fen), "report": reports.by_id(award.report_id),
        "days_left": award.days_left(now), "headline": awards.headline(award),
        "changes": awards.changes(award), "reason": awards.reason(award),
        "voucher": awards.has_voucher(award),
    }  # fmt: skip


@blueprint.route("/t/<name>/reward/claim", methods=["GET", "POST"])
def claim(name: str) -> str | Response:
    """Collect, donate or decline."""
    now, form = clock.now(), ClaimForm()
    visit = visits.find(name, now=now)
    award = awards.mine(visit.report_id)
    form.offer(award.ways)
    facts = {"name": name, "form": form, "award": award, "whole": awards.whole(award.amount_fen),
             "has_secret": identity.has_claim_secret(visit.report_id)}  # fmt: skip
    if form.validate_on_submit():
        try:
            return redirect(_carry_out(form, award, name, now=now), 303)
        except (Invalid, Forbidden, Limited, Refused) as refusal:
            field = getattr(refusal, "field", None) or "secret"
            form[field if field in form else "way"].errors = [sentence(refusal.key, refusal.facts)]
    if form.is_bad:
        return unfinished("public/claim.html", **facts)
    return render_template("public/claim.html", **facts)


@blueprint.post("/t/<name>/reward/appeal")
def appeal(name: str) -> Response:
    """Object to the amount, once; what was written stays on the page until it is taken."""
    now, form = clock.now(), WordsForm()
    award = awards.mine(visits.find(name, now=now).report_id)
    form.validate()
    if not form.words.data:
        form.words.errors = [_("Please write what you think is wrong")]
    if form.is_bad:
        return unfinished("public/reward.html", form=form, **_facts(award, name, now=now))
    with transaction():
        rewards.appeal(award.id, str(form.words.data), report_id=award.report_id, now=now)
    return redirect(url_for("public.reward", name=name), 303)


@blueprint.get("/t/<name>/reward/voucher")
def voucher(name: str) -> str:
    """Show the voucher for the counter: number and amount, nothing else."""
    award = awards.mine(visits.find(name, now=clock.now()).report_id)
    if not awards.has_voucher(award):
        raise NotFound
    return render_template(
        "public/voucher.html", name=name, number=award.voucher_no,
        yuan=awards.whole(award.amount_fen), fen=award.amount_fen,
    )  # fmt: skip


def _carry_out(form: ClaimForm, award: AwardView, name: str, *, now: datetime) -> str:
    report_id, way = award.report_id, form.way.data
    needs_secret = form.needs_secret(is_set=identity.has_claim_secret(report_id))
    proof = _prove(form, report_id, now=now) if needs_secret else None
    if way in ("donate", "decline"):
        with transaction():
            give = rewards.donate if way == "donate" else rewards.decline
            give(award.id, report_id=report_id, now=now)
        return url_for("public.case", name=name, done="given")
    payee = None if way == Way.VOUCHER else PayeeDetails(**form.payee())
    with transaction():
        taken = rewards.claim(award.id, report_id=report_id, way=Way(way), proof=proof, payee=payee,
                              relation=form.relates(), now=now)  # fmt: skip
    if taken.refused == "payee_is_near":
        raise Invalid("payee_is_near", field="identity_number")
    if taken.refused:
        return url_for("public.reward", name=name)
    return url_for("public.case", name=name, done="claimed")


def _prove(form: ClaimForm, report_id: int, *, now: datetime) -> Proof:
    """Raise Invalid for other than six digits: an empty field costs no try."""
    told = digits(form.secret.data)
    if len(told) != 6:
        raise Invalid("claim_secret_form", field="secret")
    return rewards.prove(report_id, told, now=now)
