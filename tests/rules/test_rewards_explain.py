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
        ("zhengzhou", '{"class_code": "9"}', "class_code"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(rule_set, facts, words):
    told = explain("--rule-set", rule_set, "--facts", "-", facts=facts)
    assert told.exit_code != 0
    assert words in told.output
    assert "Traceback" not in told.output
