"""A new version of the rules: checked, tried on a year, put in force by another person, kept."""

from datetime import timedelta

import pytest

from app.core.errors import Invalid, Refused, Stale
from app.core.tx import transaction
from app.rewards import rulesets, service, trials, whatif
from tests.features import rewards_make as make
from tests.features.rewards_make import NOW

TODAY = NOW.date()
PASSES = {"facts": {"fine_fen": 100}, "amount_fen": 100_000}


def xiangtan(*cases):
    return dict(rulesets.catalog.documents()["xiangtan"]) | {"test_cases": list(cases)}


def imported(document, *, by, valid_from=TODAY):
    return service.import_version(document, valid_from=valid_from, staff_id=by, now=NOW)


def test_another_person_puts_a_version_in_force_once(any_db, context):
    with transaction():
        clerk, again = make.people("甲", "甲二号", person_index="same")
        boss = make.people("乙")[0]
        row = imported(xiangtan(PASSES), by=clerk)
        assert rulesets.in_force(NOW) is None
        for who in (clerk, again):
            with pytest.raises(Refused, match="second_person"):
                service.activate(row.id, staff_id=who, now=NOW)
        service.activate(row.id, staff_id=boss, now=NOW)
        assert rulesets.in_force(NOW).id == row.id
        with pytest.raises(Stale, match="rule_set_active"):
            service.activate(row.id, staff_id=boss, now=NOW)
        listed = rulesets.versions(now=NOW)[0]
        assert (listed.proposed_by, listed.activated_by, listed.present) == ("甲", "乙", True)


@pytest.mark.parametrize(
    ("cases", "refusal"),
    [
        ([], "rule_cases_missing"),
        ([PASSES, PASSES | {"amount_fen": 100_001}], "rule_cases_fail"),
        ([PASSES | {"excluded": "not_first"}], "rule_cases_fail"),
        ([{"facts": {"fine_fen": "x"}, "amount_fen": 0}], "rule_cases_fail"),
    ],
)
def test_a_version_without_passing_cases_stays_out(cases, refusal, context):
    with transaction():
        clerk, boss = make.people("甲", "乙")
        row = imported(xiangtan(*cases), by=clerk)
        with pytest.raises(Refused, match=refusal):
            service.activate(row.id, staff_id=boss, now=NOW)
        assert rulesets.in_force(NOW) is None


def test_no_version_reaches_back_to_reports_already_received(context):
    with transaction():
        clerk, boss = make.people("甲", "乙")
        with pytest.raises(Invalid, match="rule_set_past"):
            imported(xiangtan(PASSES), by=clerk, valid_from=TODAY - timedelta(days=1))
        row = imported(xiangtan(PASSES), by=clerk)
        with pytest.raises(Invalid, match="rule_set_past"):
            service.activate(row.id, staff_id=boss, now=NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"stacking_mode": "add"}, "stacking_mode"),
        ({"components": [{"when": "arrest_approved", "kind": "fixed"}]}, "arrest_approved.amount"),
        ({"components": [{"when": "x", "kind": "percent_of_fine"}]}, "x.rate"),
        ({"classes": [{"code": 1}]}, "classes.1"),
        ({"tiers": [{"fine_min": 1, "fine_max": 5}]}, "tiers.0"),
        ({"tiers": [{"fine_min": 1, "fine_max": 5, "amount": 1},
                    {"fine_min": 4, "fine_max": None, "amount": 2}]}, "tiers.1"),
        ({"cap_total": 0.001}, "cap_total"),
        ({"ladder": [{"level": "director", "up_to": 5}]}, "ladder"),
    ],
)  # fmt: skip
def test_a_fault_names_its_place_and_nothing_is_kept(change, place, context):
    with transaction():
        clerk = make.people("甲")[0]
        with pytest.raises(Invalid, match="rule_set_fault") as refused:
            imported(xiangtan(PASSES) | change, by=clerk)
        assert place in refused.value.facts["fault"]
        assert rulesets.versions(now=NOW) == []


@pytest.mark.parametrize(
    ("raw", "key"),
    [(b"\xff\xfe", "rule_set_no_json"), (b"{", "rule_set_no_json"), (b"[]", "rule_set_fault"),
     (b"[" * 100_000, "rule_set_no_json"), (b" " * 1_000_001, "rule_set_fault")],
)  # fmt: skip
def test_what_is_no_rule_set_is_said(raw, key):
    with pytest.raises(Invalid, match=key):
        trials.load(raw)


def test_the_last_years_cases_are_valued_by_the_whole_sum(any_db, context):
    with transaction():
        make.rules()
        case = make.case(order=True, reports=2)
        make.checked(case)
        make.penalty(case, fine=11_500_000)
        service.consider(make.decided_event(case))
        make.checked(make.case())
        found = whatif.what_if(xiangtan(), since=NOW - timedelta(days=365))
        assert (found.cases, found.now_fen, found.then_fen) == (2, 575_000 + 5_000, 100_000)
        assert (found.more, found.less, found.same, found.unknown) == (0, 2, 0, 0)
        assert [row.by_fen for row in found.rows] == [-475_000, -5_000]
        assert whatif.what_if(xiangtan(), since=NOW + timedelta(days=1)).cases == 0


def test_a_case_that_the_other_rules_cannot_value_is_counted(context):
    with transaction():
        make.rules()
        clerk = make.people("甲")[0]
        award = make.checked(make.case())[0]
        service.amend(award.id, {"class_code": "R3"}, note="补充", staff_id=clerk, now=NOW)
        found = whatif.what_if(rulesets.catalog.documents()["zhengzhou"], since=NOW)
        assert (found.unknown, found.rows[0].then_fen) == (1, None)
