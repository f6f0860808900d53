"""Imports run down only: the house of README, held by a machine."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# From the ground up. A layer imports those below it and itself; organisations never imports cases.
LAYERS = [
    {"permissions"},
    {"roles"},
    {"rules"},
    {"sealing"},
    {"models"},
    {"translation"},
    {"actions", "forms"},
    {
        "directory",
        "directory_file",
        "lists",
        "search",
        "dashboards",
        "statistics",
        "tasks",
        "consents",
        "tonight",
        "timeline",
        "residence",
        "own_part",
        "placements",
        "mails",
    },
    {"reminders", "exports", "occupancy", "glance"},
    {"views", "accounts", "backends"},
    {"urls", "apps", "demo"},
    {"management"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
# The wiring that a command of ours may use.
WIRING = {"returnsupport.local"}

FILES = sorted(
    path
    for app in ("organisations", "cases")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts and path != ROOT / app / "__init__.py"
)


def layer(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return parts[1].removesuffix(".py")


def imported(path: Path) -> set[tuple[str, str]]:
    """(app, layer) of everything of ours that the file imports, inside functions too."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            module = ".".join([*base, *(node.module.split(".") if node.module else [])])
            names = [f"{module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] in {"organisations", "cases"} and len(parts) > 1:
                found.add((parts[0], parts[1]))
            elif parts[0] == "returnsupport" and ".".join(parts[:2]) not in WIRING:
                found.add(("returnsupport", parts[1] if len(parts) > 1 else ""))
    return found


def test_every_room_has_its_place():
    assert {layer(path) for path in FILES} - RANK.keys() == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_down(path):
    app, here = path.relative_to(ROOT).parts[0], layer(path)
    upward = {
        (other_app, there)
        for other_app, there in imported(path)
        if other_app == "returnsupport"
        or (app == "organisations" and other_app == "cases")
        or (there != here and RANK[there] >= RANK[here])
    }
    assert upward == set()
