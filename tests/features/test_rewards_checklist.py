"""The list of conditions: answered with evidence, provable order, bound to what is approved."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update

from app.audit import queries as audit
from app.audit.models import AuditEntry
from app.core.db import db
from app.core.errors import Invalid, Refused, Stale
from app.core.tx import transaction
from app.enforcement.models import Finding
from app.intake.models import Report
from app.rewards import approval, checklist, paying, queries, service, sheets
from app.rewards.checklist import BARS
from app.rewards.models import Award, CheckAnswer
from app.rewards.service import Answer
from app.rewards.states import State
from tests.features import rewards_make as make
from tests.features.rewards_make import ANSWERS, NOW

YES = {"ok": True, "words": "查过，没有"}


def assessed(**more):
    make.rules()
    return make.checked(make.case(order=True, **more))[0]


def say(award, clerk, *answers):
    return service.answer_checks(award.id, answers, staff_id=clerk, now=NOW)


def line(award, key):
    (view,) = (check for check in queries.by_id(award.id).checks if check.key == key)
    return view


def test_nothing_is_proposed_before_every_condition_is_answered(any_db, context):
    with transaction():
        award = assessed()
        (clerk,) = make.people("专岗")
        for given in range(len(ANSWERS)):
            with pytest.raises(Refused, match="checks_open") as refused:
                service.propose(award.id, staff_id=clerk, now=NOW)
            assert refused.value.facts["n"] == len(ANSWERS) - given
            say(award, clerk, ANSWERS[given])
        assert service.propose(award.id, staff_id=clerk, now=NOW).state is State.PROPOSED
        with pytest.raises(Stale):
            say(award, clerk, ANSWERS[0])


def test_answers_are_kept_and_the_last_one_counts(any_db, context):
    with transaction():
        award = assessed()
        clerk, other = make.people("专岗", "代班")
        say(award, clerk, Answer(key="not_in_media", ok=True, words="查县融媒体"))
        say(award, other, Answer(key="not_in_media", ok=True, words="又查抖音，链接 https://…"))
    said = line(award, "not_in_media").said
    assert (said.ok, said.words, said.name) == (True, "又查抖音，链接 https://…", "代班")
    kept = db.session.scalars(select(CheckAnswer.words).order_by(CheckAnswer.id)).all()
    assert kept == ["查县融媒体", "又查抖音，链接 https://…"]
    wanted = select(AuditEntry).where(AuditEntry.action == "reward.checked")
    entries = db.session.scalars(wanted).all()
    assert [entry.detail["answers"] for entry in entries] == [{"not_in_media": True}] * 2
    assert "抖音" not in str([entry.detail for entry in entries])


@pytest.mark.parametrize(
    ("answer", "key", "field"),
    [
        (Answer(key="not_in_media", ok=True), "check_words_missing", "not_in_media_words"),
        (Answer(key="no_other_scheme", ok=True, words=" "), "check_words_missing",
         "no_other_scheme_words"),
        (Answer(key="first", ok=False), "check_words_missing", "first_words"),
        (Answer(key="first", ok=True, words="x" * 1001), "check_words_long", "first_words"),
        (Answer(key="verified", ok=True), "check_not_yours", "checks"),
        (Answer(key="amount", ok=True), "check_not_yours", "checks"),
    ],
)  # fmt: skip
def test_where_no_record_shows_it_words_are_asked(answer, key, field, context):
    with transaction():
        award = assessed()
        (clerk,) = make.people("专岗")
        say(award, clerk, Answer(key="first", ok=True))
        with pytest.raises(Invalid) as refused:
            say(award, clerk, answer)
    assert (refused.value.key, refused.value.field) == (key, field)


@pytest.mark.parametrize("key", BARS)
def test_a_condition_that_does_not_hold_bars_with_its_reason(key, any_db, context):
    with transaction():
        award = assessed()
        (clerk,) = make.people("专岗")
        say(award, clerk, Answer(key=key, ok=False, words="晚报9月1日已登"))
    view = queries.by_id(award.id)
    assert (view.state, view.excluded, view.amount_fen) == (State.NOT_ELIGIBLE, BARS[key], 0)
    assert view.can_appeal
    assert line(award, key).said.words == "晚报9月1日已登"


def test_what_the_bureau_took_from_the_media_asks_for_a_look(context):
    with transaction():
        make.rules()
        case_id = make.case(source=make.Source.MEDIA)
        make.report(case_id, at=NOW - timedelta(days=7), ordinal=2)
        award = make.checked(case_id)[0]
        assert line(award, "not_in_media").evidence == {"own_reports": 1}
        assert line(award, "not_in_media").holds is None


# ---- the order in the audit chain ----------------------------------------------------------------


def test_the_order_is_shown_by_entries_of_the_chain(any_db, context, app):
    with transaction():
        make.rules()
        awards = make.checked(make.case(reports=3, order=True))
    shown = [line(award, "first") for award in awards]
    entries = [check.evidence["entry"] for check in shown]
    assert [entry["seq"] for entry in entries] == sorted(entry["seq"] for entry in entries)
    assert [check.evidence["place"] for check in shown] == [1, 2, 3]
    assert shown[0].evidence["next"] == entries[1]
    assert shown[2].evidence["next"] is None
    for entry in entries:
        found = audit.link(entry["seq"])
        assert (found.entry.hash, found.holds) == (entry["hash"], True)
        assert found.entry.action == "report.received"


def test_a_report_without_its_entry_is_not_proven_first(any_db, context):
    with transaction():
        make.rules()
        case_id = make.case(order=True)
        report = db.session.scalar(select(Report).where(Report.case_id == case_id))
        db.session.execute(update(Report).where(Report.id == report.id).values(case_id=case_id))
        earlier = Report(
            **{
                column.name: getattr(report, column.name)
                for column in Report.__table__.columns
                if column.name != "id"
            }
        )
        earlier.key_hash, earlier.id = "x" * 64, report.id + 50
        db.session.add(earlier)
        db.session.flush()
        award = make.checked(case_id)[1]
        assert line(award, "first").evidence["entry"] is None


CHANGES = {
    "content": ("UPDATE audit_entry SET actor = 'staff:9' WHERE seq = 2", (False, True, True)),
    "digest": ("UPDATE audit_entry SET hash = prev WHERE seq = 2", (False, True, False)),
    "link": ("UPDATE audit_entry SET prev = hash WHERE seq = 2", (False, False, True)),
    "gone after": ("DELETE FROM audit_entry WHERE seq = 3", (True, True, False)),
    "gone before": ("DELETE FROM audit_entry WHERE seq = 1", (True, False, True)),
}
OPEN_UP = {
    "sqlite": ("DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"),
    "postgresql": ("DROP TRIGGER audit_entry_append_only ON audit_entry",),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_entry_does_not_hold(change, any_db, context):
    statement, expected = CHANGES[change]
    with transaction():
        make.case(reports=4)
    with transaction():
        for drop in OPEN_UP[db.engine.dialect.name]:
            db.session.execute(text(drop))
        db.session.execute(text(statement))
    found = audit.link(2)
    assert (found.itself, found.before, found.after) == expected
    assert not found.holds


def test_the_command_says_whether_an_entry_holds(app):
    run = app.test_cli_runner().invoke
    with app.app_context():
        with transaction():
            make.case(reports=2)
        last = audit.link(2).entry
    good = run(args=["audit", "entry", "2", "--digest", last.hash[:16]])
    assert good.exit_code == 0
    assert f"digest {last.hash}" in good.output
    assert "ok: entry 2 holds" in good.output
    for arguments, words in ((["2", "--digest", "00ff"], "its digest is not"), (["3"], "no entry")):
        bad = run(args=["audit", "entry", *arguments])
        assert bad.exit_code == 1
        assert words in bad.output


# ---- bound to the approval -----------------------------------------------------------------------


def fallen(award):
    """Say whether the night lets an approval fall; then the list has to be answered anew."""
    with transaction():
        return paying.drop_void(award.id, now=NOW)


def other_words(_award):
    return update(CheckAnswer).values(words="另一种说法")


def other_person(_award):
    return update(CheckAnswer).values(staff_id=make.people("别人")[0])


def no_answers(_award):
    return delete(CheckAnswer)


def other_finding(award):
    return update(Finding).where(Finding.id == award.finding_id).values(kind="untrue")


def withdrawn(award):
    return update(Report).where(Report.id == award.report_id).values(withdrawn_at=NOW)


def earlier_report(award):
    """Put a report before the award's own, as when an earlier case turns out to be the same."""
    older = make.report(award.case_id, at=NOW - timedelta(days=9))
    return update(Report).where(Report.id == older).values(id=-1)


FACTS = (other_words, other_person, no_answers, other_finding, withdrawn, earlier_report)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_the_approval_falls_when_facts_change(fact, any_db, context):
    with transaction():
        award, *_ = make.approved()
    with transaction():
        db.session.execute(fact(award))
    with pytest.raises(Refused, match="approval_void"):
        approval.must_be_bound(db.session.get(Award, award.id))
    assert fallen(award)
    assert db.session.get(Award, award.id).state is State.ASSESSED
    assert sheets.sheet(award.id, now=NOW).award.state is State.ASSESSED


def test_a_later_report_changes_nothing(any_db, context):
    with transaction():
        award, *_ = make.approved()
        make.report(award.case_id, at=NOW, ordinal=2)
    assert not fallen(award)


def test_between_proposal_and_approval_the_list_is_looked_at_again(any_db, context):
    with transaction():
        award = assessed()
        clerk, boss = make.people("专岗", "领导")
        make.propose(award.id, staff_id=clerk)
        db.session.execute(earlier_report(award))
        with pytest.raises(Refused, match="checks_open"):
            service.approve(award.id, staff_id=boss, now=NOW)


def test_what_was_approved_before_lists_were_answered_stays_bound(any_db, context):
    with transaction():
        award, *_ = make.approved()
        db.session.execute(delete(CheckAnswer))
        before = approval.binding(award)  # as it was made then: holder, amount, rules alone
        db.session.execute(update(Award).where(Award.id == award.id).values(approval_hash=before))
    assert checklist.bound(award) == ""
    assert not fallen(award)
