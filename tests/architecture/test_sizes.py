"""Small and finished (rule 10): sizes, imports at the top, names that mean something."""

import ast
import subprocess

from tests.architecture.code import ROOT, modules

MODULE_LINES = 300
FUNCTION_LINES = 40
CONFTEST_LINES = 120
EMPTY_WORDS = {"common", "helpers", "manager", "misc", "util", "utils"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def test_modules_are_small():
    sizes = {str(module.path): module.text.count("\n") for module in modules()}
    big = {path: lines for path, lines in sizes.items() if lines > MODULE_LINES}
    assert not big


def test_functions_are_small():
    big = [
        f"{module.at(node)} {node.name}: {lines} lines"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, FUNCTIONS)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not big, "\n".join(big)


def test_no_import_inside_a_function():
    inside = {
        module.at(inner)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, FUNCTIONS)
        for inner in ast.walk(node)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    }
    assert not inside, "\n".join(sorted(inside))


def test_every_module_says_its_duty():
    silent = [module.at(module.tree) for module in modules() if not ast.get_docstring(module.tree)]
    assert not silent, "\n".join(silent)


def test_names_mean_something():
    empty = [module.name for module in modules() if EMPTY_WORDS & set(module.name.split("."))]
    assert not empty


def test_conftest_is_small():
    text = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    assert text.count("\n") <= CONFTEST_LINES


def test_the_repository_holds_no_made_file():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    made = (".mo", ".pyc", ".db", ".key", "uv.lock", "pylock.toml")
    assert not [path for path in tracked if path.endswith(made) and path != "requirements/uv.lock"]
