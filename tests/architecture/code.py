"""The program as data: its modules, their trees, and the graph of their imports."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]
NOT_FEATURES = {"cli", "core", "jobs", "reactions", "schema", "web"}


@dataclass(frozen=True)
class Module:
    """One file under app/."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        """Say where a node stands, so that an editor can jump there."""
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


@cache
def modules() -> tuple[Module, ...]:
    """Read every module under app/, with config.py and wsgi.py."""
    paths = [*sorted((ROOT / "app").rglob("*.py")), ROOT / "config.py", ROOT / "wsgi.py"]
    return tuple(_read(path) for path in paths)


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    return Module(name, path, text, ast.parse(text, filename=str(path)))


def calls(module: Module) -> Iterator[ast.Call]:
    """Walk over every call in a module."""
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


@cache
def graph() -> grimp.ImportGraph:
    """Build the graph of imports, those of other distributions included."""
    return grimp.build_graph("app", include_external_packages=True, cache_dir=None)


def features() -> list[str]:
    """Name the feature packages: everything under app/ that is not edge, table or core."""
    found = graph().find_children("app")
    return sorted(name for name in found if name.removeprefix("app.") not in NOT_FEATURES)
