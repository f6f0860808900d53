"""There is one door to a case."""

import ast
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VIEWS = sorted((ROOT / "cases" / "views").glob("*.py"))
# a restricted case that the team lead does not see has a smaller door, which opens no room
SMALL_DOOR = {"reassign", "undo_unassign_unseen"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [p for p in VIEWS if p.name != "lookups.py"], ids=name)
def test_a_view_reaches_no_table_itself(path):
    reached = [
        node.lineno for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and node.attr in MANAGERS
    ]
    assert reached == []


def views_of_a_case():
    for path in VIEWS:
        for node in tree(path).body:
            if (
                isinstance(node, ast.FunctionDef)
                and any(a.arg == "reference" for a in node.args.args)
                and node.decorator_list
            ):
                yield pytest.param(node, id=f"{path.stem}.{node.name}")


@pytest.mark.parametrize("view", list(views_of_a_case()))
def test_a_view_of_a_case_goes_through_the_door_first(view):
    calls = [node for node in ast.walk(view) if isinstance(node, ast.Call)]
    first = min(
        (call for call in calls if not is_decorator(call, view)), key=lambda call: (call.lineno, call.col_offset)
    )
    assert isinstance(first.func, ast.Name)
    assert first.func.id == ("get_restricted" if view.name in SMALL_DOOR else "get_case")
    assert [argument.id for argument in first.args[:2]] == ["request", "reference"]


@pytest.mark.parametrize("view", list(views_of_a_case()))
def test_the_door_asks_for_what_the_page_declares(view):
    """A role that may open the page is not yet a part that may: the door asks the same permission of the case."""
    declared = next(d.args[0].attr for d in view.decorator_list if isinstance(d, ast.Call) and d.func.id == "page")
    asked = {
        call.args[2].attr if isinstance(call.args[2], ast.Attribute) else call.args[2].id
        for call in ast.walk(view)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "get_case"
    }
    # the notes are read and written on one page; tests of the page hold what is asked
    assert asked == (set() if view.name in SMALL_DOOR else {"notes": {"permission"}}.get(view.name, {declared}))


def is_decorator(call, view):
    return any(call in ast.walk(decorator) for decorator in view.decorator_list)


def test_cases_are_reached_in_these_places_only():
    found = Counter()
    for app in ("cases", "organisations", "returnsupport"):
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(tree(path)):
                if (
                    isinstance(node, ast.Attribute)
                    and node.attr in MANAGERS
                    and isinstance(node.value, ast.Name)
                    and node.value.id == "Case"
                ):
                    found[name(path)] += 1
    assert found == {
        # the door: where_may twice, what a transfer left behind, the abilities of a page, the list; restricted cases
        "cases/views/lookups.py": 6,
        # every action reads its case again through where_may, and one asks for a second permission
        "cases/actions/base.py": 5,
        # every case in a file, when it is made: where_may
        "cases/actions/case_export.py": 1,
        # and when it is handed out
        "cases/models/case_export.py": 1,
        # what is to be in it: where_may
        "cases/exports.py": 1,
        # what a transfer left behind is not opened
        "cases/actions/document.py": 1,
        # the case that a team lead accepts: they see the offer, and nothing of the case before
        "cases/actions/transfer.py": 1,
        # who looks for a place, and the house that is asked: they see the profile, and nothing of the case before
        "cases/actions/placement_request.py": 1,
        "cases/actions/placement_offer.py": 1,
        # whom a house expects, as far as this person sees their case: where_may
        "cases/placements.py": 2,
        # who brings somebody sees the address while they see the case: where_may
        "cases/models/placement_offer.py": 1,
        # a restricted case that its team lead reassigns
        "cases/actions/case.py": 1,
        # has the person of an erasure other files?
        "cases/lists.py": 1,
        # the search, by the same rule (below)
        "cases/search.py": 1,
        # the door itself, put together once
        "cases/models/case.py": 1,
        # the file to erase, in which nobody may take part any more; behind two people of the organisation that keeps it
        "cases/actions/erasure.py": 5,
        # is a draft still of somebody who may write there: where_may
        "cases/actions/draft.py": 1,
        # totals count restricted cases (design 6); the rows behind them come through the door
        "cases/dashboards/whose.py": 1,
        "cases/dashboards/behind.py": 2,
        # requests of former lead organisations that this person may answer: where_may
        "cases/models/own_part.py": 1,
        # the list of a house: where_may for each room of those who sleep there, and what transfers left behind
        "cases/tonight.py": 2,
        # every night the tasks of every open case are read off again, by nobody's eyes
        "cases/actions/reminder.py": 2,
        # how many there are
        "cases/management/commands/seed_demo.py": 3,
        # invented people: is a reference free, and a told life whose rows are read
        "cases/demo/bulk.py": 1,
        "cases/demo/patterns.py": 1,
        # the floor of the benchmark, and what it asks for; no page of a server that people use (bench/settings.py)
        "returnsupport/bench/floor.py": 8,
        "returnsupport/bench/pages.py": 4,
        "returnsupport/bench/board.py": 1,
    }


def test_the_rule_of_access_is_asked_in_these_places_only():
    """`opens` is the rule as a condition; whoever asks it says for whom and of which permission."""
    found = Counter(
        name(path)
        for path in (ROOT / "cases").rglob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "opens"
    )
    assert found == {
        # where_may and the door
        "cases/models/case.py": 2,
        # the search
        "cases/search.py": 1,
        # tasks across cases: a permission for the room, or for a second decision
        "cases/models/task.py": 1,
        "cases/tasks.py": 1,
    }
