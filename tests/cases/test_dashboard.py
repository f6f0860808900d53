"""Every figure of the dashboard equals a count told by hand in SQL, for every persona and filter; summaries equal a recount."""

import datetime
import io
import re
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import formats, timezone, translation

from cases import lists
from cases.actions import case as case_actions
from cases.actions import summary
from cases.dashboards import now
from cases.dashboards.behind import Behind, behind, behind_of
from cases.dashboards.days import DAYS, with_day
from cases.dashboards.whose import asked_of
from cases.models import Case, InflowSummary, LastCount, Notice, Participation
from cases.rules.access import Part
from cases.rules.charts import pieces, ranked
from cases.rules.figures import Grain, Scope, columns
from organisations.roles import Role
from tests.cases.many_files import insert, multiply, number, populate, rows, whole_tables
from tests.cast import DAY, new_case, person, takes_part
from tests.conftest import signed_in

# Strange, and yet no filter that there is not: one nobody is offered, and a period of which the newest end is shown.
UNDERSTOOD = ({"since": "1-1-1900", "grain": "week"},)
PAGE, BEHIND = reverse("cases:dashboard"), reverse("cases:dashboard_behind")
PERSONAS = ("coordinator", "teamlead", "care_coordinator")


@pytest.fixture
def world(cast):
    populate(cast)
    summary.count_again()
    return cast


def part(where, *parts: str, ever: bool = False, of: str = "f.id") -> str:
    now = "" if ever else "AND from_at <= clock_timestamp() AND (until_at IS NULL OR until_at > clock_timestamp())"
    listed = ", ".join(f"'{one}'" for one in parts)
    return (
        f"EXISTS (SELECT 1 FROM cases_participation WHERE case_id = {of} AND organisation_id = '{where.pk}' "
        f"AND part IN ({listed}) {now})"
    )


def open_files(cast, persona: str, filters: dict) -> str:
    """The open files that the figures of this person are about, as a condition on f."""
    told = ["f.stage <> 'closed'", "f.erased_at IS NULL"]
    told += {
        "coordinator": ["f.file_type <> 'support_only'", part(cast.comensha, "registration", "placement")],
        "teamlead": [part(cast.kade, "lead", "support")],
        "care_coordinator": [part(cast.midden, "coordination")],
    }[persona]
    if "organisation" in filters and persona == "coordinator":
        told.append(part(cast.kade, "lead", "support", "coordination"))
    if "region" in filters:
        told.append(
            f"coalesce(nullif('{filters['region']}', 'unknown'), '') IN (SELECT region FROM cases_notice WHERE case_id = f.id UNION ALL SELECT '' WHERE f.id NOT IN (SELECT case_id FROM cases_notice))"
        )
    return " AND ".join(told)


def by_hand(cast, persona: str, filters: dict) -> dict[str, tuple[int, int]]:
    """Each figure of now: of files to be registered, and of files for support only."""
    files, days = open_files(cast, persona, filters), int(filters.get("days", 14))
    region = f"AND n.region = '{filters['region'].replace('unknown', '')}'" if "region" in filters else ""
    today = f"'{timezone.localdate()}'::date"
    reflecting = "EXISTS (SELECT 1 FROM cases_reflectionperiod r WHERE r.case_id = f.id AND state = 'granted' AND ended_on IS NULL AND {})"
    asked = {
        "past": reflecting.format(f"latest_end < {today}"),
        **{
            f"ending_{soon}": reflecting.format(f"latest_end BETWEEN {today} AND {today} + {soon}") for soon in (7, 21, 30)
        },
        "waiting": "f.bed_needed AND NOT EXISTS (SELECT 1 FROM cases_placement p WHERE p.case_id = f.id AND p.member_id IS NULL AND p.from_at <= clock_timestamp() AND (p.until_at IS NULL OR p.until_at > clock_timestamp()))",
        "bed_for_now": "f.bed_needed AND f.id IN (SELECT p.case_id FROM cases_placement p WHERE p.member_id IS NULL AND p.from_at <= clock_timestamp() AND (p.until_at IS NULL OR p.until_at > clock_timestamp()))",
        "without_contact": f"f.stage <> 'registered' AND {today} - {days} >= greatest((f.created_at AT TIME ZONE 'Europe/Amsterdam')::date, (SELECT max((coalesce(first_written_at, created_at) AT TIME ZONE 'Europe/Amsterdam')::date) FROM cases_note WHERE case_id = f.id), (SELECT max(held_on) FROM cases_conversation WHERE case_id = f.id AND outcome = 'held'), (SELECT max(done_on) FROM cases_followup WHERE case_id = f.id AND outcome IN ('reached', 'through_partner')))",
        "prepared": "(SELECT approved_at FROM cases_returnplan p WHERE p.case_id = f.id ORDER BY number DESC LIMIT 1) IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cases_journey j WHERE j.case_id = f.id AND departed_on IS NOT NULL)",
    }  # fmt: skip
    kinds = ("<>", "=")
    found = {
        code: tuple(
            number(f"SELECT count(*) FROM cases_case f WHERE {files} AND {what} AND f.file_type {kind} 'support_only'")
            for kind in kinds
        )
        for code, what in asked.items()
    }
    found["undecided"] = tuple(
        number(f"SELECT count(*) FROM cases_notice n JOIN cases_case f ON f.id = n.case_id WHERE {files} AND n.decision = '' {region} AND f.file_type {kind} 'support_only'")
        for kind in kinds
    )  # fmt: skip
    for stage in (
        "registered", "intake", "recovery", "procedure", "settling", "return_preparation", "departure", "reintegration", "%",
    ):  # fmt: skip
        found[f"stage_{stage}"] = tuple(
            number(f"SELECT count(DISTINCT victim_id) FROM cases_case f WHERE {files} AND f.stage LIKE %s AND f.file_type {kind} 'support_only'", stage)
            for kind in kinds
        )  # fmt: skip
    return found


def shown(page) -> dict[str, tuple[int, int]]:
    lines = [*page.context["action"], *page.context["people"]["lines"], page.context["returns"][0]]
    total = page.context["people"]["total"]
    return {line["code"]: (line["number"], line["support"]) for line in lines} | {
        "stage_%": (total["number"], total["support"])
    }


FILTERS = [
    {}, {"region": "amsterdam"}, {"region": "limburg", "days": "7"}, {"days": "1"}, {"organisation": "kade"},
    {"organisation": "kade", "region": "amsterdam", "days": "21"}, {"region": "unknown"},
]  # fmt: skip


def sent(cast, filters: dict) -> dict:
    return {**filters, **({"organisation": str(cast.kade.pk)} if "organisation" in filters else {})}


def test_every_figure_of_now_equals_a_count_by_hand(world, client_of):
    told: dict = {}
    found: dict = {}
    for persona in PERSONAS:
        for at, filters in enumerate(FILTERS):
            told[persona, at] = by_hand(world, persona, filters)
            found[persona, at] = shown(client_of(persona).get(PAGE, sent(world, filters)))
    assert [
        (of, code, found[of][code], both) for of in told for code, both in told[of].items() if found[of][code] != both
    ] == []
    assert {of: each.keys() for of, each in found.items()} == {of: each.keys() for of, each in told.items()}
    # the world has something to count in every figure, of both kinds where there are two
    assert {c for c, both in told["teamlead", 0].items() if not both[0]} <= {
        "stage_procedure", "stage_settling", "stage_reintegration",
    }  # fmt: skip
    assert not any(both[1] for both in told["coordinator", 0].values())
    assert any(both[1] for both in told["teamlead", 0].values())


def inflow_by_hand(cast, persona: str, filters: dict, measure: str) -> list[tuple]:
    """(day, nationalities, forms, notifier, region, age group, sex, whether restricted) of everything the measure counts."""
    if persona == "coordinator":
        mine = ["f.file_type <> 'support_only'"]
        if "organisation" in filters:
            mine.append(part(cast.kade, "lead", "support", "coordination", ever=True))
    else:
        mine = [
            part(cast.kade, "lead", "support", ever=True)
            if persona == "teamlead"
            else part(cast.midden, "coordination", ever=True)
        ]
    files = " AND ".join(mine)
    what = "v.nationalities, v.stateless, (SELECT forms FROM cases_exploitation e WHERE e.case_id = f.id ORDER BY created_at DESC LIMIT 1), f.age_group, v.sex, f.restricted"
    registered = f"SELECT n.*, f.victim_id FROM cases_notice n JOIN cases_case f ON f.id = n.case_id WHERE {files} AND f.file_type <> 'support_only' AND n.decision IN ('ground', 'consent') AND n.withdrawn_on IS NULL"
    joined = "JOIN cases_case f ON f.id = n.case_id JOIN cases_victim v ON v.id = f.victim_id"
    if measure == "notices":
        return rows(f"SELECT received_on, n.region, n.notifier, {what} FROM ({registered}) n {joined}")
    if measure == "persons":
        first = f"SELECT r.*, row_number() OVER (PARTITION BY victim_id ORDER BY received_on, created_at, id) AS place FROM ({registered}) r"
        return rows(f"SELECT received_on, n.region, n.notifier, {what} FROM ({first}) n {joined} WHERE place = 1")
    of_notice = "coalesce((SELECT {} FROM cases_notice n WHERE n.case_id = f.id ORDER BY received_on, created_at, id LIMIT 1), '')"
    day = {
        "support_only": "(f.created_at AT TIME ZONE 'Europe/Amsterdam')::date",
        "departed": "(SELECT departed_on FROM cases_journey j WHERE j.case_id = f.id)",
        "followed_up": "(SELECT min(done_on) FROM cases_followup u WHERE u.case_id = f.id AND outcome IN ('reached', 'through_partner'))",
    }[measure]  # fmt: skip
    kind = "=" if measure == "support_only" else "<>"
    also = ""
    if persona == "coordinator":
        also = "AND EXISTS (SELECT 1 FROM cases_notice n WHERE n.case_id = f.id AND n.decision IN ('ground', 'consent') AND n.withdrawn_on IS NULL)"
    return [
        row
        for row in rows(f"SELECT {day}, {of_notice.format('region')}, {of_notice.format('notifier')}, {what} FROM cases_case f JOIN cases_victim v ON v.id = f.victim_id WHERE {files} AND f.file_type {kind} 'support_only' {also}")
        if row[0] is not None
    ]  # fmt: skip


def counted_up(found: list[tuple], region: str, days: list[datetime.date], grain: Grain) -> dict:
    """The numbers of a page: per column, and of the whole period by what people are counted by."""
    told: dict = {"series": dict.fromkeys(days, 0)}
    by: dict = {name: {} for name in ("nationality", "form", "notifier", "region", "age_group", "sex")}
    for day, where, notifier, nations, stateless, forms, age, sex, restricted in found:
        first = day - DAY * day.weekday() if grain == "week" else day.replace(day=1)
        if (region and (where or "unknown") != region) or first not in told["series"]:
            continue
        told["series"][first] += 1
        codes = {
            "nationality": [*nations, *(["stateless"] if stateless else [])] or ["unknown"],
            "form": forms or ["unknown"], "notifier": [notifier or "none"], "region": [where or "unknown"],
            "age_group": [age], "sex": [sex],
        }  # fmt: skip
        if restricted:
            codes = {name: ["restricted"] for name in by}
        for name, each in codes.items():
            for code in set(each):
                by[name][code] = by[name].get(code, 0) + 1
    return {**told, "by": by}


HISTORY = [
    {}, {"grain": "week"}, {"region": "amsterdam"}, {"since": 200, "until": 90}, {"organisation": "kade", "grain": "week"},
    {"since": 400, "region": "limburg"}, {"region": "unknown"},
]  # fmt: skip


def test_every_figure_of_history_equals_a_count_by_hand(world, client_of):
    today = timezone.localdate()
    wrong, counted = [], 0
    for persona in PERSONAS:
        measures = ("persons", "notices") if persona == "coordinator" else ("persons", "notices", "support_only")
        for at, filters in enumerate(HISTORY):
            measure = measures[at % len(measures)]
            since = today - filters["since"] * DAY if "since" in filters else None
            until = today - filters["until"] * DAY if "until" in filters else today
            grain = Grain(filters.get("grain", "month"))
            days = columns(since, until, grain)
            page = client_of(persona).get(
                PAGE,
                sent(world, filters)
                | {"measure": measure, "since": since or "", "until": until if "until" in filters else ""},
            )
            context = page.context
            told = counted_up(inflow_by_hand(world, persona, filters, measure), filters.get("region", ""), days, grain)
            found = {
                "series": {line["first"]: line["number"] for line in context["history"]["series"]},
                "by": {
                    p["dimension"]: {line["code"]: line["number"] for line in p["lines"]}
                    for p in context["history"]["by"]
                },
            }
            returned = {line["code"]: line["number"] for line in context["returns"][1:]}
            for part_of in context["history"]["by"]:
                numbers = [(line["code"] == "restricted", -line["number"]) for line in part_of["lines"]]
                assert numbers == sorted(numbers)
            by_sql = {
                code: sum(
                    counted_up(inflow_by_hand(world, persona, filters, code), filters.get("region", ""), days, grain)[
                        "series"
                    ].values()
                )
                for code in returned
            }
            counted += sum(told["series"].values()) + sum(by_sql.values())
            if (found, returned) != (told, by_sql):
                wrong.append((persona, filters, measure, found, told, returned, by_sql))
    assert wrong == []
    assert counted > 100


@pytest.mark.parametrize("filters", ["days=3", "days=3&region=amsterdam", "days=3&region=unknown"])
def test_the_list_behind_a_figure_holds_its_files_and_no_other(filters, world, client_of):
    """Of files the team lead may open: the figure without those that are restricted, and no other."""
    every_third = Notice.objects.order_by("created_at").values_list("pk", flat=True)[::3]
    Notice.objects.filter(pk__in=list(every_third)).update(region="")
    summary.count_again()
    wrong = []
    for login in ("teamlead", "coordinator"):
        page = client_of(login).get(f"{PAGE}?{filters}")
        assert page.context["history"]["total"]
        _filters, asked = asked_of(world[login], QueryDict(filters), today=timezone.localdate())
        for line in [*page.context["action"], *page.context["returns"]]:
            if line["code"] == "undecided":
                continue  # counts notices
            if (found := behind(asked, Behind(figure=line["code"])).count()) != line["number"]:
                wrong.append((login, line["code"], found, line))
        for part_of in page.context["history"]["by"]:
            for line in part_of["lines"]:
                wanted = Behind("persons", dimension=part_of["dimension"], code=line["code"])
                if behind(asked, wanted).count() != line["number"]:
                    wrong.append((login, part_of["dimension"], line["code"], line["number"]))
    assert wrong == []


LOCAL = "({} AT TIME ZONE 'Europe/Amsterdam')::date"
OPENED = LOCAL.format("f.created_at")
LATEST_END = "(SELECT min(latest_end) FROM cases_reflectionperiod r WHERE r.case_id = f.id AND ended_on IS NULL)"
ENTERED = f"coalesce((SELECT max({LOCAL.format('at')}) FROM cases_stagemove m WHERE m.case_id = f.id AND to_stage = f.stage), {OPENED})"
# by hand: the day of a file behind the figure, and whether the list is in its order
DAYS_BY_HAND = {
    "past": (LATEST_END, True), "ending_7": (LATEST_END, True), "ending_30": (LATEST_END, True),
    "waiting": (f"coalesce((SELECT max({LOCAL.format('until_at')}) FROM cases_placement p WHERE p.case_id = f.id AND p.member_id IS NULL), {OPENED})", True),
    "bed_for_now": (f"(SELECT {LOCAL.format('from_at')} FROM cases_placement p WHERE p.case_id = f.id AND p.member_id IS NULL AND p.until_at IS NULL)", True),
    "without_contact": (
        f"greatest({OPENED}, (SELECT max({LOCAL.format('created_at')}) FROM cases_note n WHERE n.case_id = f.id), "
        "(SELECT max(held_on) FROM cases_conversation c WHERE c.case_id = f.id AND outcome = 'held'), "
        "(SELECT max(done_on) FROM cases_followup u WHERE u.case_id = f.id AND outcome <> 'not_reached'))", True,
    ),
    "undecided": ("(SELECT min(received_on) FROM cases_notice n WHERE n.case_id = f.id AND decision = '')", True),
    "prepared": (f"(SELECT {LOCAL.format('approved_at')} FROM cases_returnplan p WHERE p.case_id = f.id ORDER BY number DESC LIMIT 1)", True),
    "stage_intake": (ENTERED, False), "stage_recovery": (ENTERED, False),
    "notices": ("(SELECT min(received_on) FROM cases_notice n WHERE n.case_id = f.id AND decision IN ('ground', 'consent') AND withdrawn_on IS NULL AND received_on >= %s)", False),
    "support_only": (OPENED, False),
    "departed": ("(SELECT max(departed_on) FROM cases_journey j WHERE j.case_id = f.id)", False),
    "followed_up": ("(SELECT min(done_on) FROM cases_followup u WHERE u.case_id = f.id AND outcome <> 'not_reached')", False),
}  # fmt: skip


def walked(cast, login: str, **told) -> list:
    """The files of every page of a list, from page to page, whoever may open them."""
    data = QueryDict(urlencode(told))
    asked = asked_of(cast[login], data, today=timezone.localdate())[1]
    wanted = behind_of(asked, data)
    files, found, after = with_day(behind(asked, wanted), asked, wanted, []), [], ""
    one_page = lists.one_page_by_day if DAYS[wanted.figure].in_order else lists.one_page
    while True:
        rows, after = one_page(files, after=after)
        found += rows
        if not after:
            return found


def test_each_file_behind_a_figure_stands_with_the_day_that_the_figure_is_about(world, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 3)
    told, paged, wrong = set(), set(), []
    for figure, (by_hand, in_order) in DAYS_BY_HAND.items():
        for login in ("teamlead", "care_coordinator"):
            found = walked(world, login, figure=figure, days=3)
            first = [columns(None, timezone.localdate(), Grain.MONTH)[0]] if "%s" in by_hand else []
            days = {
                case.pk: number(f"SELECT {by_hand} FROM cases_case f WHERE f.id = %s", *first, case.pk)
                for case in found
            }
            if [case.day for case in found] != [days[case.pk] for case in found]:
                wrong.append((figure, login, [(case.reference, case.day, days[case.pk]) for case in found]))
            order = sorted(
                found,
                key=lambda case: (case.day, case.pk) if in_order else (-case.changed_at.timestamp(), -case.pk.int),
            )
            if found != order or len(days) != len(found):
                wrong.append((figure, login, "order"))
            told |= {figure} if found else set()
            paged |= {figure} if len(found) > 3 else set()
    assert wrong == []
    assert told == set(DAYS_BY_HAND)
    assert paged >= {
        "past",
        "ending_30",
        "waiting",
        "without_contact",
        "prepared",
        "stage_intake",
        "notices",
        "departed",
    }


def test_of_a_person_with_two_notices_the_first_is_told_and_of_notices_that_of_the_month(world):
    months = {}
    for first in columns(None, timezone.localdate(), Grain.MONTH):
        for case in walked(world, "teamlead", figure="persons", first=first.strftime("%d-%m-%Y")):
            months[case.pk] = (first, case.day.replace(day=1))
    assert len(months) > 5
    assert [months for months in months.values() if months[0] != months[1]] == []


def test_the_day_has_its_name_in_the_table_in_both_languages(cast, client_of):
    insert(
        "reflectionperiod", cast, case_id=new_case(cast.teamlead).pk, number=1, state="granted",
        granted_on=timezone.localdate() - 80 * DAY, end_reason="", latest_end=timezone.localdate() + DAY,
    )  # fmt: skip
    day = timezone.localdate() + DAY
    for language, name in (("en", "Latest end of the reflection period"), ("nl", "Uiterste einde van de bedenktijd")):
        page = client_of("teamlead").get(BEHIND, {"figure": "ending_7"}, HTTP_ACCEPT_LANGUAGE=language).content.decode()
        assert f'<th scope="col" aria-sort="ascending">{name}</th>' in page
        with translation.override(language):
            assert f'<td data-label="{name}">{formats.date_format(day)}</td>' in page
    # the list of all cases has no such column
    assert name not in client_of("teamlead").get(reverse("cases:case_list"), HTTP_ACCEPT_LANGUAGE="nl").content.decode()


def test_the_day_of_a_contact_that_a_transfer_hid_is_not_told(cast, client_of):
    takes = takes_part(cast.case, cast.oever, Part.SUPPORT)
    ago = timezone.now() - 40 * DAY
    Case.objects.filter(pk=cast.case.pk).update(created_at=ago - 20 * DAY)
    rows("UPDATE cases_note SET created_at = %s, first_written_at = NULL", ago)
    rows("UPDATE cases_conversation SET held_on = %s", timezone.localdate() - 50 * DAY)
    rows("UPDATE cases_followup SET done_on = NULL, outcome = ''")
    client = signed_in(cast.rows["oever_lead"])

    def told() -> list:
        page = client.get(BEHIND, {"figure": "without_contact"})
        return [case.day for case in page.context["cases"] if case.pk == cast.case.pk]

    assert told() == [timezone.localdate(ago)]
    Participation.objects.filter(pk=takes.pk).update(hidden_before={"notes": (ago + DAY).isoformat()})
    assert told() == [None]
    page = client.get(BEHIND, {"figure": "without_contact"}, HTTP_ACCEPT_LANGUAGE="nl").content.decode()
    assert "hier niet vermeld" in page


def test_a_mark_of_a_page_that_somebody_made_up_begins_at_the_beginning(cast, client_of):
    for mark in ("x", "2026-13-01~x", "~", "9999-12-31~" + "0" * 40, "\x00"):
        assert client_of("teamlead").get(BEHIND, {"figure": "waiting", "after": mark}).status_code == 200


def test_a_restricted_file_counts_and_is_listed_to_the_assigned_alone(cast, client_of):
    def seen(login: str) -> tuple[int, bool, bool]:
        client = client_of(login)
        figure = client.get(PAGE).context["people"]["lines"][1]
        page = client.get(BEHIND, {"figure": "stage_intake"}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        unseen = re.findall(r"(\d+) cases? that (?:is|are) counted do(?:es)? not stand here", page)
        return figure["number"], f"/cases/{cast.case.reference}/" in page, [*map(int, unseen)]

    new_case(cast.teamlead, working_name="Vrij")
    assert seen("teamlead") == (2, True, [])
    case_actions.restrict(case=cast.case, restricted=True, version=None, by=cast.teamlead)
    assert seen("teamlead") == (2, True, [])
    # and the case of Elders, for which it looks for a place
    assert seen("coordinator") == (2, False, [1])
    assert seen("care_coordinator") == (1, False, [1])


def test_who_reads_no_room_of_a_figure_gets_no_list(cast, client_of):
    Case.objects.filter(pk=cast.case.pk).update(created_at=timezone.now() - 40 * DAY)
    page = client_of("coordinator").get(PAGE, {"days": "1"})
    assert {line["code"]: line["address"] for line in page.context["returns"]} == dict.fromkeys(
        ["prepared", "departed", "followed_up"], ""
    )
    for figure in ("without_contact", "prepared", "departed"):
        page = client_of("coordinator").get(BEHIND, {"figure": figure}).content.decode()
        assert cast.case.reference not in page


def test_what_a_transfer_hid_puts_no_file_on_a_list(cast, client_of):
    takes = takes_part(cast.case, cast.oever, Part.SUPPORT)
    rows("UPDATE cases_returnplan SET approved_at = now(), approved_by_id = %s WHERE case_id = %s", cast.teamlead.pk, cast.case.pk)  # fmt: skip
    rows("UPDATE cases_journey SET departed_on = NULL WHERE case_id = %s", cast.case.pk)
    client = signed_in(cast.rows["oever_lead"])
    address = {"figure": "prepared"}
    assert cast.case.reference in client.get(BEHIND, address).content.decode()
    Participation.objects.filter(pk=takes.pk).update(hidden_before={"return_plan": timezone.now().isoformat()})
    assert cast.case.reference not in client.get(BEHIND, address).content.decode()


@pytest.mark.parametrize(
    "strange",
    [
        {"region": "\x00"}, {"region": "nergens", "organisation": "x", "measure": "everything", "grain": "eeuw"},
        {"since": "9999-12-31", "until": "x" * 1000}, {"days": "0"}, {"days": "9" * 40}, {"whose": "national~1"},
        {"since": "31-12-2200"}, {"since": "1-1-1900", "grain": "week"},
    ],
)  # fmt: skip
def test_strange_filters_are_told_and_the_page_stands(strange, cast, client_of):
    for persona in ("teamlead", "coordinator"):
        assert client_of(persona).get(PAGE, strange).status_code == 200
        # without the filter it would be a list of other files than were asked for
        page = client_of(persona).get(BEHIND, {"figure": "persons", **strange}, HTTP_ACCEPT_LANGUAGE="en", follow=True)
        told = "A filter in the address of that list cannot be used" in page.content.decode()
        assert (page.status_code, told) == (200, strange not in UNDERSTOOD)
    for made_up in (
        {"figure": "x"},
        {"figure": "persons", "dimension": "sex", "code": "\x00"},
        {"figure": "persons", "first": "x"},
        # of now, it is about no week; of history, about no week of the page; and no such figure is of support only
        {"figure": "waiting", "dimension": "sex", "code": "female"},
        {"figure": "waiting", "first": "1-11-2026"},
        {"figure": "persons", "first": "2-1-2020"},
        {"figure": "persons", "support": "yes"},
        # of returns no page tells when, or whose
        {"figure": "departed", "dimension": "sex", "code": "female"},
        {"figure": "followed_up", "first": timezone.localdate().replace(day=1).strftime("%d-%m-%Y")},
        {"figure": "persons", "dimension": "sex", "code": "Female"},
        {"figure": "persons", "dimension": "nationality", "code": "female"},
    ):
        page = client_of("teamlead").get(BEHIND, made_up, HTTP_ACCEPT_LANGUAGE="en", follow=True)
        assert page.request["PATH_INFO"] == PAGE
        assert "There is no list behind that address" in page.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"figure": "support_only"}, {"figure": "support_departed"}, {"figure": "support_followed_up"},
        {"figure": "stage_intake", "support": "yes"}, {"figure": "support_only", "organisation": "kade"},
        {"figure": "support_only", "dimension": "sex", "code": "unknown"},
    ],
)  # fmt: skip
def test_national_figures_tell_not_even_whether_there_is_a_file_for_support_only(asked, cast, client_of):
    case = new_case(cast.caseworker, working_name="Stil")
    Case.objects.filter(pk=case.pk).update(file_type="support_only")
    if "organisation" in asked:
        asked = {**asked, "organisation": str(cast.kade.pk)}
    answer = client_of("coordinator").get(BEHIND, asked)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, PAGE)
    if "organisation" not in asked:  # which team leads do not choose
        assert client_of("teamlead").get(BEHIND, asked).status_code == 200


def test_who_has_two_roles_reads_one_of_the_figures_and_the_filters_of_the_other_are_left(cast):
    client = signed_in(person("both", (cast.comensha, Role.COMENSHA_COORDINATOR), (cast.kade, Role.TEAM_LEAD)))
    asked = {"whose": f"lead~{cast.kade.pk}", "organisation": str(cast.oever.pk)}
    page = client.get(PAGE, asked)
    assert (page.status_code, page.context["asked"].within, page.context["asked"].whose.organisation) == (
        200,
        None,
        cast.kade,
    )
    page = client.get(PAGE, {**asked, "whose": f"national~{cast.comensha.pk}"})
    assert page.context["asked"].within == cast.oever


def test_a_period_that_is_none_is_told_at_its_field(cast, client_of):
    def told(**period) -> list[str]:
        page = client_of("coordinator").get(PAGE, period, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        return [
            word
            for word in (
                "“Until” lies before “From”", "This day is still to come", "longer than 36 months", "longer than 53 weeks",
            )
            if word in page
        ]  # fmt: skip

    tomorrow = f"{timezone.localdate() + DAY:%d-%m-%Y}"
    assert told(since="31-10-2026", until="1-10-2026") == ["“Until” lies before “From”"]
    assert told(since=tomorrow) == ["This day is still to come"]
    assert told(since="1-1-2016") == ["longer than 36 months"]
    assert told(since="1-1-2020", grain="week") == ["longer than 53 weeks"]
    assert told(since="1-10-2026", until="31-10-2026") == told() == []


def test_filters_stand_in_the_order_in_which_they_are_thought_of(client_of):
    asked = {login: list(client_of(login).get(PAGE).context["filters"].fields) for login in ("coordinator", "teamlead")}
    own = ["region", "since", "until", "grain", "measure", "days"]
    assert asked == {"coordinator": ["organisation", *own], "teamlead": own}


def test_figures_that_are_not_ones_own_or_not_counted_are_told(cast, client_of):
    def told(login: str, **asked) -> list[int]:
        page = client_of(login).get(PAGE, asked, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        return [page.count("figures that you do not read"), page.count("These figures do not count that")]

    own = f"lead~{cast.kade.pk}"
    assert told("teamlead", whose=own, organisation="") == told("teamlead") == [0, 0]
    assert told("teamlead", organisation=cast.kade.pk, whose="x") == told("coordinator", whose=own) == [1, 0]
    assert told("coordinator", measure="support_only") == [0, 1]
    assert told("coordinator", measure="support_only", organisation=cast.kade.pk) == [0, 1]
    assert told("teamlead", measure="support_only") == [0, 0]


def test_nobody_reads_figures_of_another_organisation(cast, client_of):
    theirs = client_of("teamlead").get(
        PAGE, {"organisation": str(cast.oever.pk), "whose": f"lead~{cast.oever.pk}", "measure": "support_only"}
    )
    asked = theirs.context["asked"]
    assert (asked.scope, asked.whose.organisation, asked.within) == (Scope.LEAD, cast.kade, None)
    national = client_of("coordinator").get(PAGE, {"measure": "support_only"}).context
    assert (national["asked"].measure, [line["number"] for line in national["inflow"]]) == ("persons", [0, 0])


def queries_of(client, address, **data) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, data).status_code == 200
    return len(queries)


def test_as_many_queries_for_thirty_files_as_for_one(cast, client_of):
    client = client_of("teamlead")
    behind, by_day = {"figure": "stage_intake"}, {"figure": "waiting"}
    queries_of(client, PAGE)
    one = queries_of(client, PAGE), queries_of(client, BEHIND, **behind)
    for n in range(30):
        new_case(cast.teamlead, working_name=f"Rij {n}")
    summary.count_again()
    assert one == (19, 8)
    assert (queries_of(client, PAGE), queries_of(client, BEHIND, **behind)) == (19, 8)
    Case.objects.update(bed_needed=True)
    assert len(client.get(BEHIND, by_day).context["cases"]) == 25
    assert queries_of(client, BEHIND, **by_day) == 8


def test_no_query_goes_through_a_whole_table(cast, client_of):
    populate(cast, files=8)
    summary.count_again()
    multiply(by=250)
    assert rows("SELECT count(*) >= 2000 FROM cases_case") == [(True,)]
    with CaptureQueriesContext(connection) as queries:
        client_of("coordinator").get(PAGE, {"region": "amsterdam", "organisation": str(cast.kade.pk)})
        client_of("teamlead").get(PAGE)
    asked = [q["sql"] for q in queries if q["sql"].startswith("SELECT") and "cases_" in q["sql"]]
    assert len(asked) > 20
    assert whole_tables(asked) == []


# --- the nightly count ------------------------------------------------------------------------------------------------


def run(*arguments) -> str:
    said = io.StringIO()
    call_command("count_again", *arguments, stdout=said)
    return said.getvalue()


def test_the_count_writes_what_changed_and_check_says_whether_it_is_right(world):
    assert run().startswith("0 rows changed, of ")
    assert run("--check") == "Every number equals a full recount.\n"
    kept = InflowSummary.objects.filter(scope="national", number__gt=0)
    kept_ids = set(InflowSummary.objects.values_list("pk", flat=True))
    wrong, moved, parted = (InflowSummary.objects.filter(pk=one.pk) for one in kept.order_by("pk")[:3])
    wrong.update(number=99)
    moved.update(first_day="1999-01-01")
    parted.update(by_what={"sex:unknown": 1})
    with pytest.raises(CommandError, match=r"^6 rows differ"):
        # a number, what people are counted by, and a row missing where it was and too many where it is, both ways
        run("--check")
    assert run().startswith("4 rows changed")
    assert run("--check") == "Every number equals a full recount.\n"
    assert len(kept_ids & set(InflowSummary.objects.values_list("pk", flat=True))) == len(kept_ids) - 1


def test_stopped_half_way_the_old_count_stays(cast, monkeypatch):
    run()
    before = sorted(InflowSummary.objects.values_list("pk", "number")), LastCount.objects.get().at
    populate(cast, files=6)

    def stop(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(LastCount.objects, "update_or_create", stop)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            summary.count_again()
    assert (sorted(InflowSummary.objects.values_list("pk", "number")), LastCount.objects.get().at) == before
    assert summary.count_again()[0] > 0


def test_the_page_says_as_of_when_and_warns_when_that_is_long_ago(cast, client_of):
    def warned() -> bool:
        return "nightly count" in client_of("teamlead").get(PAGE, HTTP_ACCEPT_LANGUAGE="en").content.decode()

    assert warned()
    run()
    assert not warned()
    LastCount.objects.update(at=timezone.now() - 2 * DAY - datetime.timedelta(minutes=1))
    assert warned()


@pytest.fixture
def many(monkeypatch):
    """Every file is one too many to be counted each time."""
    monkeypatch.setattr(now, "LIVE", 0)
    caches["pieces"].clear()
    yield
    caches["pieces"].clear()


def test_of_many_files_the_figures_are_those_of_the_last_minute_and_say_so(many, world, client_of):
    national, own = client_of("coordinator"), client_of("teamlead")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        counted, mine = national.get(PAGE, HTTP_ACCEPT_LANGUAGE="en"), shown(own.get(PAGE))
        assert mine == by_hand(world, "teamlead", {}) != shown(counted), "each organisation its own"
        assert "Of so many open cases they are counted once a minute." in counted.content.decode()
        moment = counted.context["now"].at
        new_case(world.caseworker, working_name="Nacht (demo)", notifier="police")
        takes_part(Case.objects.newest_first()[0], world.comensha, Part.PLACEMENT)
        clock.shift(50)
        later = national.get(PAGE)
        assert (later.context["now"].at, shown(later)) == (moment, shown(counted)), "within the minute"
        assert shown(own.get(PAGE)) == mine
        assert shown(national.get(PAGE, {"region": "limburg"})) == by_hand(world, "coordinator", {"region": "limburg"})
        clock.shift(20)
        fresh = national.get(PAGE)
        assert fresh.context["now"].at == moment + datetime.timedelta(seconds=70)
        assert shown(fresh) == by_hand(world, "coordinator", {}) != shown(counted)


def test_of_few_files_the_figures_are_those_of_this_moment(world, client_of):
    first = client_of("coordinator").get(PAGE, HTTP_ACCEPT_LANGUAGE="en")
    assert "once a minute" not in first.content.decode()
    takes_part(new_case(world.caseworker, working_name="Nacht (demo)"), world.comensha, Part.PLACEMENT)
    assert shown(client_of("coordinator").get(PAGE)) == by_hand(world, "coordinator", {}) != shown(first)


def test_an_erased_file_stays_in_the_figures_of_history(cast):
    rows("UPDATE cases_case SET erased_at = now(), stage = 'closed', closing_reason = 'settled' WHERE id = %s", cast.case.pk)  # fmt: skip
    run()
    assert InflowSummary.objects.get(
        scope="national", measure="persons", region="all"
    ).number == 1  # fmt: skip


def test_support_only_is_in_no_national_number(world):
    scopes = {"national", "within"}
    kept = set(InflowSummary.objects.values_list("scope", "measure"))
    assert {measure for scope, measure in kept if scope in scopes} == {"persons", "notices", "departed", "followed_up"}
    assert "support_only" in {measure for scope, measure in kept if scope == "lead"}


# --- published figures --------------------------------------------------------------------------------------------------


def test_equal_numbers_share_a_rank_and_the_next_is_left_out(db, client):
    assert ranked([40, 58, 40, 19, 40]) == [2, 1, 2, 5, 2]
    page = client.get(reverse("cases:statistics"))
    in_2011 = next(table for table in page.context["nationalities"] if table["year"] == 2011)
    assert [(line["rank"], line["number"]) for line in in_2011["lines"]] == [
        (1, 337), (2, 134), (3, 120), (4, 104), (5, 73), (6, 62), (7, 58), (8, 40), (8, 40), (10, 19), (11, 14),
    ]  # fmt: skip


def test_two_who_count_never_share_a_line_and_a_gap_is_a_gap(db, client):
    series = client.get(reverse("cases:statistics")).context["years"]["series"]
    assert [(one["name"], [p.number for p in one["chart"].points], len(one["chart"].pieces)) for one in series] == [
        ("CoMensha", [1711, 1437, 958, 1372, 1013, 791], 2),
        ("National Rapporteur", [1334, 984], 1),
    ]
    years = client.get(reverse("cases:statistics")).context["years"]
    found = {line["year"]: line["numbers"] for line in years["lines"]}
    assert [found[2018], found[2012][1], found[2019]] == [
        [None, None], None, [{"number": 1372, "source": 3}, {"number": 1334, "source": 4}],
    ]  # fmt: skip
    assert ("nieuws.nl" in years["sources"][2], "nji.nl" in years["sources"][3]) == (True, True)
    assert pieces({2012: (1, 2), 2013: (3, 4), 2017: (5, 6), 2019: (7, 8)}) == ["1,2 3,4"]


def test_a_role_of_the_register_elsewhere_reads_no_figures_of_everybody(world):
    """Whoever gave that role in an organisation that is not the register gave no look at all files."""
    who = person("elsewhere", (world.midden, Role.COMENSHA_COORDINATOR))
    assert asked_of(who, QueryDict(""), today=timezone.localdate())[1] is None
    assert signed_in(who).get(PAGE).status_code == 403 or not signed_in(who).get(PAGE).context.get("people")
