"""`rewards explain` writes the sum, its lines, the bar and the cap as JSON."""

import json

import pytest
from click.testing import CliRunner

from app.cli.rewards import group


def explain(*words, facts=""):
    return CliRunner().invoke(group, ["explain", *words], input=facts)


def test_it_reads_standard_input_and_writes_json():
    facts = json.dumps({"finding": "true", "fine_fen": 300_000_000})
    told = explain("--rule-set", "eco110-default", "--facts", "-", facts=facts)
    found = json.loads(told.output)
    assert found["amount_fen"] == 10_000_000
    assert (found["excluded"], found["capped_by"]) == (None, "penalty_decision")
    assert all(set(line) == {"rule", "basis", "amount_fen"} for line in found["lines"])
    assert {line["rule"] for line in found["lines"]} == {"class", "percent_of_fine", "highest"}


def test_it_reads_a_file(tmp_path):
    path = tmp_path / "facts.json"
    path.write_text('{"finding": "untrue"}', "utf-8")
    found = json.loads(explain("--rule-set", "zj-2021", "--facts", str(path)).output)
    assert (found["amount_fen"], found["excluded"]) == (0, "not_verified")


@pytest.mark.parametrize(
    ("rule_set", "facts", "words"),
    [
        ("nowhere", "{}", "eco110-default"),
        ("zj-2021", "[]", "not a JSON object"),
        ("zj-2021", "{", "not JSON"),
        ("zj-2021", '{"fine_fen": "5"}', "fine_fen"),
        ("zj-2021", '{"finding": "maybe"}', "finding"),
        ("zhengzhou", '{"class_code": "9"}', "class_code"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(rule_set, facts, words):
    told = explain("--rule-set", rule_set, "--facts", "-", facts=facts)
    assert told.exit_code != 0
    assert words in told.output
    assert "Traceback" not in told.output


@pytest.mark.parametrize(
    ("finding", "excluded"),
    [(True, None), (False, "not_verified"), ("部分属实", None), ("不属实", "not_verified")],
)
def test_a_finding_is_read_as_people_write_it(finding, excluded):
    facts = json.dumps({"finding": finding, "fine_fen": 500_000})
    told = explain("--rule-set", "zj-2021", "--facts", "-", facts=facts)
    assert json.loads(told.stdout)["excluded"] == excluded


def test_a_fact_that_no_rule_reads_is_noted_beside_the_json():
    told = explain(
        "--rule-set", "zj-2021", "--facts", "-", facts='{"fine_fenn": 5, "arrest": true}'
    )
    assert json.loads(told.stdout)["amount_fen"] == 1_000_000
    assert "fine_fenn" in told.stderr


def check(text):
    return CliRunner().invoke(group, ["check", "-"], input=text)


def test_a_file_is_checked_before_it_is_imported():
    document = {"id": "own-2027", "name": "自定", "status": "试", "stacking_mode": "sum",
                "components": [{"when": "penalty_decision", "kind": "fixed", "amount": 5}],
                "test_cases": [{"facts": {"fine_fen": 1}, "amount_fen": 500}]}  # fmt: skip
    good = check(json.dumps(document))
    assert (good.exit_code, json.loads(good.stdout)["cases"]) == (0, 1)
    document["test_cases"].append({"facts": {"fine_fen": 1}, "amount_fen": 501})
    bad = check(json.dumps(document))
    assert (bad.exit_code, json.loads(bad.stdout)["failed"][0]["found_fen"]) == (1, 500)
    assert "stacking_mode: missing" in check("{}").stdout
    assert "Traceback" not in check("no").output
