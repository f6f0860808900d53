"""The terms on their own page, and the reflection period reckoned and explained where it is recorded."""

import dataclasses
import datetime
import io
import re

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import formats, timezone

from cases.actions import intake, refresh, residence
from cases.models import Case, DateCorrection, Participation, ReflectionPeriod
from cases.rules import clocks
from cases.rules.clock_table import TABLE
from cases.rules.periods import add_months
from organisations.actions.base import Refused
from organisations.models import AuditEvent
from tests.cast import DAY, corrected, granted, new_case, unseen
from tests.forms import text, told_on

RULES = reverse("cases:rules")


def corrections_of(row) -> list[tuple[str, str, str]]:
    found = DateCorrection.objects.filter(case=row.case, subject=row.pk)
    return [(one.field, str(one.was), str(one.became)) for one in found]


def send(client, cast, **answers):
    address = reverse("cases:reflection_write", args=[cast.case.reference])
    return corrected(client, address, {**unseen(client, address), "state": "granted", **answers})


def test_the_rules_of_a_day_and_what_was_not_yet_one(client_of):
    client = client_of("caseworker")
    before, after = (text(client, RULES, on=day).split("Not on that day") for day in ("18-5-2023", "19-5-2023"))
    dublin = "Reflection period: 30 days"
    assert [dublin in part for part in before] == [False, True]
    assert [dublin in part for part in after] == [True, False]
    # to be checked, with the doubt in words and its source
    assert "Whether it still holds after the letter of 28 November 2023" in after[0] and "WBV 2023/11" in after[0]
    assert "Decision of the IND after form M55 (a target, no guarantee): 24 hours Confirmed by its source" in after[0]


def test_the_rules_in_dutch_and_with_a_day_that_is_none(client_of):
    client = client_of("privacy")
    assert "Bedenktijd: 3 kalendermaanden" in text(client, RULES, "nl")
    page = text(client, RULES, on="morgen misschien")
    assert "This is not a date." in page and "Reflection period: 3 calendar months" in page


def rules_on(client, language: str = "en", **asked) -> tuple[list[str], list[str]]:
    """The rules on the page, and the countries."""
    page = client.get(RULES, asked, HTTP_ACCEPT_LANGUAGE=language).content.decode()
    return re.findall(r'<h3 class="mt-0">([^<]*)</h3>', page), re.findall(r'<th scope="row">([^<]*)</th>', page)


def test_the_rules_are_narrowed_to_the_doubtful_and_by_words_and_the_address_says_so(client_of):
    client = client_of("caseworker")
    everything, countries = rules_on(client)
    assert (len(everything), len(countries)) == (17, 32)
    certain = [
        "Decision of the IND after form M55 (a target, no guarantee): 24 hours", "Permit a, b or c: 12 calendar months",
        "Each extension of permit a, b or c: 12 calendar months",
    ]  # fmt: skip
    doubtful, countries = rules_on(client, doubt="yes")
    # what is told of free movement is to be checked as a whole
    assert (sorted({*everything} - {*doubtful}), len(doubtful), len(countries)) == (sorted(certain), 14, 32)
    assert rules_on(client, q="hardship PERMIT") == (["Permit d (hardship): 12 calendar months"], [])
    assert rules_on(client, q="permit", doubt="yes", on="1-6-2012")[0][-1] == (
        "Telling the police of a complaint against a dismissal: 14 days"
    )
    # its base, its source and the doubt are searched too, in the language of the page; countries by their names
    assert rules_on(client, q="12768")[0] == [
        "Time on the scheme after which continued stay may be asked: 36 calendar months"
    ]
    assert rules_on(client, "nl", q="bedenktijd")[0][0] == "Bedenktijd: 3 kalendermaanden"
    assert (rules_on(client, q="croatia"), rules_on(client, "nl", q="KROATIË")) == (
        ([], ["Croatia"]),
        ([], ["Kroatië"]),
    )
    # the form shows what was asked
    shown = client.get(RULES, {"q": "hardship", "doubt": "yes"}).content.decode()
    assert ('value="hardship"' in shown, '<option value="yes" selected>' in shown) == (True, True)


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "No rule holds these words."), ("nl", "Geen regel bevat deze woorden.")]
)
def test_where_no_rule_is_found_the_page_says_what_to_do(language, sentence, client_of):
    page = text(client_of("privacy"), RULES, language, q="xyzzy")
    assert (sentence in page, "Free movement" in page, "Vrij verkeer" in page) == (True, False, False)
    assert sentence not in text(client_of("privacy"), RULES, language)


@pytest.mark.parametrize(
    ("day", "dublin", "ends"),
    [("30-11-2015", "", "2016-02-29"), ("19-5-2023", "yes", "2023-06-18"), ("18-5-2023", "yes", "2023-08-18")],
)
def test_an_end_left_empty_is_the_one_of_the_rule(day, dublin, ends, cast, client_of):
    assert send(client_of("caseworker"), cast, granted_on=day, dublin=dublin).status_code == 302
    assert ReflectionPeriod.objects.get(case=cast.case).latest_end.isoformat() == ends


def test_another_end_than_the_rules_has_its_reason(cast, client_of):
    client = client_of("caseworker")
    refused = send(client, cast, granted_on="30-11-2015", latest_end="28-2-2016")
    assert (
        "By the rule it is 29 February 2016. Leave this empty, or write under “Explanation” why it differs."
        in told_on(refused)
    )
    assert not ReflectionPeriod.objects.filter(case=cast.case).exists()
    assert send(
        client, cast, granted_on="30-11-2015", latest_end="28-2-2016", explanation="Zo staat het in de brief"
    ).status_code == 302  # fmt: skip
    page = text(client, reverse("cases:intake", args=[cast.case.reference]))
    assert "28 February 2016, as recorded By the rule: 29 February 2016" in page


def test_the_end_is_explained_where_it_stands(cast, client_of):
    granted(cast)
    page = text(client_of("caseworker"), reverse("cases:intake", args=[cast.case.reference]))
    assert "19 August 2023, by the rule" in page and "Counted from 19 May 2023: 3 calendar months." in page
    assert "(Dublin): 18 June 2023 at the latest. Record whether that is so." in page
    assert "Vw 2000 art. 8(k); Vc B8/3" in page and "How a month is counted was not found in the text." in page


@pytest.mark.parametrize(
    ("nationalities", "sentence"),
    [
        (["NL"], "A Dutch national needs no right to stay, so no reflection period is needed."),
        (["PL"], "has one only insofar as European law gives no right to stay."),
    ],
)
def test_what_is_unusual_is_said_and_recorded_with_a_reason(nationalities, sentence, cast, client_of):
    victim = cast.case.victim
    victim.nationalities = nationalities
    victim.save(update_fields=["nationalities"])
    client = client_of("caseworker")
    refused = told_on(send(client, cast, granted_on="1-3-2024"))
    assert sentence in refused and "It can be recorded all the same: write in a few words why." in refused
    assert send(client, cast, granted_on="1-3-2024", explanation="De politie besloot het").status_code == 302
    assert sentence in text(client, reverse("cases:intake", args=[cast.case.reference]))


def test_while_it_runs_the_days_of_reporting_and_afterwards_what_may_follow(cast, client_of):
    today = timezone.localdate()
    period = granted(cast, granted_on=today, latest_end=today + datetime.timedelta(days=100))
    client, intake = client_of("caseworker"), reverse("cases:intake", args=[cast.case.reference])
    page = text(client, intake)
    assert "every month by the rule" in page and "Go through it together, and tick off" in page
    assert "What may follow" not in page
    values = {name: getattr(period, name) for name in ("state", "asked_on", "granted_on", "latest_end", "explanation")}
    residence.change_reflection(
        reflection=period, values={**values, "dublin": None, "ended_on": today, "end_reason": "reported"}, version=None,
        by=cast.caseworker,
    )  # fmt: skip
    page = text(client, intake)
    assert "the IND may decide on permit a (target: 24 hours)" in page and "every month by the rule" not in page


def test_of_a_residence_title_nothing_is_said_to_whoever_does_not_read_it(cast, client_of):
    values = {"title": "permit_a", "from_on": datetime.date(2024, 1, 1), "until_on": None, "document_valid_until": None}
    cast.case.residencestatus_set.all().delete()
    residence.record_title(case=cast.case, values=values, submission=None, by=cast.caseworker)
    granted(cast, granted_on=datetime.date(2024, 3, 1), latest_end=datetime.date(2024, 6, 1))
    intake = reverse("cases:intake", args=[cast.case.reference])
    told = "A residence title is recorded."
    assert [told in text(client_of(who), intake) for who in ("caseworker", "coordinator")] == [True, False]


def test_somebody_who_turns_18_is_a_task_until_the_first_answers_say_adult(cast):
    today = timezone.localdate()
    day = today + datetime.timedelta(days=40)
    if (day.month, day.day) == (2, 29):
        day += DAY
    birth = day.replace(year=day.year - 18)
    intake.change_victim(
        case=cast.case, version=None, by=cast.caseworker,
        values={"birth_precision": "day", "birth_date": birth, "birth_year": None},
    )  # fmt: skip
    asked = cast.case.task_set.open().filter(cause="majority")
    assert [task.due_on for task in asked.all()] == [day]
    with time_machine.travel(timezone.now() + datetime.timedelta(days=43)):
        for said, tasks in (("unknown", 1), ("minor", 1), ("adult", 0)):
            Case.objects.filter(pk=cast.case.pk).update(age_group=said)
            refresh.tasks(Case.objects.get(pk=cast.case.pk), by=cast.caseworker)
            assert (said, asked.all().count()) == (said, tasks)


def test_a_changed_table_names_what_runs_otherwise_and_changes_nothing(cast, monkeypatch):
    today = timezone.localdate()
    granted(cast, granted_on=today, latest_end=add_months(today, 3))

    def told() -> list[str]:
        out = io.StringIO()
        call_command("compare_rules", stdout=out)
        return out.getvalue().splitlines()

    assert told() == ["0 running reflection periods differ from the rule."]
    shorter = [dataclasses.replace(rule, value=2) if rule.clock == "reflection" else rule for rule in TABLE]
    monkeypatch.setattr(clocks, "TABLE", shorter)
    assert told() == [
        f"{cast.case.reference}: recorded {add_months(today, 3)}, by the rule {add_months(today, 2)} (2 calendar months; "
        "Vw 2000 art. 8(k); Vc B8/3; Vreemdelingencirculaire 2000 (B), 2015; WBV 2023/11, Stcrt. 2023, 13577)",
        "1 running reflection periods differ from the rule.",
    ]
    assert ReflectionPeriod.objects.get(case=cast.case).latest_end == add_months(today, 3)


def test_a_wrong_date_is_shown_with_what_hangs_on_it_and_corrected_with_a_reason(cast, client_of):
    period = granted(cast, granted_on=datetime.date(2015, 11, 30), latest_end=datetime.date(2016, 2, 29))
    client, intake = client_of("caseworker"), reverse("cases:intake", args=[cast.case.reference])
    wrong = {"granted_on": "31-12-2015", "latest_end": "", "dublin": ""}
    shown = told_on(send(client, cast, **wrong))
    for line in (
        "Granted on30 November 2015 → 31 December 2015",
        "Ends at the latest on29 February 2016 → 31 March 2016",
        "30 December 2015, 30 January 2016, 29 February 2016 → 31 January 2016, 29 February 2016, 31 March 2016",
        "Read above what changes, write why what was recorded was wrong, and save again.",
    ):
        assert line in shown
    # told once: the day by the rule is the latest end
    assert "Latest end by the rule" not in shown
    # a reason typed at once saves nothing that was not read
    address = reverse("cases:reflection_write", args=[cast.case.reference])
    typed = {**unseen(client, address), "state": "granted", **wrong, "why_corrected": "Verkeerd overgetypt"}
    assert "Nothing is saved yet: save again." in told_on(client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en"))
    period.refresh_from_db()
    assert (period.granted_on, corrections_of(period)) == (datetime.date(2015, 11, 30), [])
    assert send(client, cast, **wrong, why_corrected="Verkeerd overgetypt").status_code == 302
    kept = DateCorrection.objects.filter(case=cast.case, subject=period.pk).order_by("field")
    assert [(one.field, str(one.was), str(one.became), one.reason, one.created_by) for one in kept] == [
        ("granted_on", "2015-11-30", "2015-12-31", "Verkeerd overgetypt", cast.caseworker),
        ("latest_end", "2016-02-29", "2016-03-31", "Verkeerd overgetypt", cast.caseworker),
    ]
    page = text(client, intake)
    assert (
        "2 corrected dates" in page
        and "Granted on: 30 November 2015 → 31 December 2015. Verkeerd overgetypt (Caseworker" in page
    )


def test_filling_in_a_date_and_recording_the_end_correct_nothing(cast, client_of):
    period = granted(cast, granted_on=datetime.date(2015, 11, 30), latest_end=datetime.date(2016, 2, 29))
    client = client_of("caseworker")
    answers = {"asked_on": "29-11-2015", "ended_on": "1-2-2016", "end_reason": "waived", "granted_on": "30-11-2015"}
    assert send(client, cast, latest_end="29-2-2016", dublin="", **answers).status_code == 302
    assert corrections_of(period) == []
    # an end taken back is a correction
    assert (
        send(
            client, cast, latest_end="29-2-2016", dublin="", **{**answers, "ended_on": "", "end_reason": ""}
        ).status_code
        == 200
    )
    back = {**answers, "ended_on": "", "end_reason": "", "why_corrected": "Was van een ander"}
    assert send(client, cast, latest_end="29-2-2016", dublin="", **back).status_code == 302
    assert corrections_of(period) == [("ended_on", "2016-02-01", "None")]


def test_no_verb_corrects_a_date_without_a_reason(cast):
    period = granted(cast)
    values = {name: getattr(period, name) for name in ("state", "asked_on", "granted_on", "explanation", "dublin")}
    changed = {**values, "latest_end": datetime.date(2023, 8, 1), "ended_on": None, "end_reason": ""}
    with pytest.raises(Refused):
        residence.change_reflection(reflection=period, values=changed, version=None, by=cast.caseworker)
    # nor records another period without one
    ReflectionPeriod.objects.filter(pk=period.pk).update(ended_on=datetime.date(2023, 7, 1), end_reason="waived")
    with pytest.raises(Refused):
        residence.record_reflection(
            case=cast.case, values={**changed, "granted_on": datetime.date(2024, 5, 1), "latest_end": datetime.date(2024, 8, 1)},
            submission=None, another=True, by=cast.caseworker,
        )  # fmt: skip
    cast.case.residencestatus_set.all().delete()
    values = {"title": "permit_a", "from_on": datetime.date(2024, 1, 1), "until_on": None, "document_valid_until": None}
    title = residence.record_title(case=cast.case, values=values, submission=None, by=cast.caseworker)
    later = {**values, "from_on": datetime.date(2024, 2, 1)}
    with pytest.raises(Refused):
        residence.change_title(title=title, values=later, version=None, by=cast.caseworker)
    residence.change_title(title=title, values=later, version=None, why="Brief gelezen", by=cast.caseworker)
    assert corrections_of(title) == [("from_on", "2024-01-01", "2024-02-01")]


def test_a_second_period_is_warned_about_and_has_its_reason(cast, client_of):
    client, intake = client_of("caseworker"), reverse("cases:intake", args=[cast.case.reference])
    another = reverse("cases:reflection_another", args=[cast.case.reference])
    first = granted(cast, granted_on=datetime.date(2015, 11, 30), latest_end=datetime.date(2016, 2, 29))
    typed = {
        "state": "granted",
        "granted_on": "1-3-2024",
        "latest_end": "",
        "dublin": "",
        "explanation": "De politie gaf die",
    }

    def sent(**answers) -> str:
        answer = client.post(another, {**unseen(client, another), **typed, **answers}, HTTP_ACCEPT_LANGUAGE="en")
        return told_on(answer) if answer.status_code == 200 else answer["Location"]

    assert another not in client.get(intake).content.decode()
    assert "The reflection period before it has not ended. Change that one." in sent()
    ReflectionPeriod.objects.filter(pk=first.pk).update(ended_on=datetime.date(2016, 1, 4), end_reason="waived")
    assert another in client.get(intake).content.decode()
    assert "This person had a reflection period before. It is given once." in sent(explanation="")
    page_of_the_first = unseen(client, reverse("cases:reflection_write", args=[cast.case.reference]))
    assert sent() == intake
    numbered = list(ReflectionPeriod.objects.filter(case=cast.case).values_list("number", "granted_on"))
    assert numbered == [(2, datetime.date(2024, 3, 1)), (1, datetime.date(2015, 11, 30))]
    page = text(client, intake)
    assert "Before: Granted, 30 November 2015 – 4 January 2016 (The person will not report or cooperate)" in page
    assert "It is given once." in page
    # whoever still has the page of the first one open changes neither
    address = reverse("cases:reflection_write", args=[cast.case.reference])
    assert client.post(address, {**page_of_the_first, **typed, "explanation": "Van de eerste"}).status_code == 200
    explained = {one.number: one.explanation for one in ReflectionPeriod.objects.filter(case=cast.case)}
    assert explained == {1: None, 2: "De politie gaf die"}


def test_the_latest_end_stays_that_of_the_rule_when_the_day_of_granting_is_corrected(cast, client_of):
    period = granted(cast, granted_on=datetime.date(2015, 11, 30), latest_end=datetime.date(2016, 2, 29))
    client = client_of("caseworker")
    typed = {"granted_on": "31-12-2015", "latest_end": "29-2-2016", "dublin": "", "why_corrected": "Verkeerd getypt"}
    assert send(client, cast, **typed).status_code == 302
    period.refresh_from_db()
    assert (period.granted_on, period.latest_end) == (datetime.date(2015, 12, 31), datetime.date(2016, 3, 31))
    # one of the authorities stays theirs
    ReflectionPeriod.objects.filter(pk=period.pk).update(latest_end=datetime.date(2016, 3, 25))
    typed = {**typed, "granted_on": "30-12-2015", "latest_end": "25-3-2016", "explanation": "Hun brief"}
    assert send(client, cast, **typed).status_code == 302
    period.refresh_from_db()
    assert (period.granted_on, period.latest_end) == (datetime.date(2015, 12, 30), datetime.date(2016, 3, 25))


def test_a_dublin_procedure_beside_the_period_asks_whether_it_is_shorter(cast, client_of):
    today = timezone.localdate()
    cast.case.procedure_set.all().delete()
    granted(cast, granted_on=today, latest_end=add_months(today, 3))
    due = cast.case.task_set.open().filter(cause="dublin_unasked")
    assert not due.exists()
    values = {"kind": "dublin", "begun_on": today - datetime.timedelta(days=2)}
    residence.record_procedure(case=cast.case, values=values, submission=None, by=cast.caseworker)
    assert [task.due_on for task in due.all()] == [values["begun_on"]]
    said = {"granted_on": f"{today:%d-%m-%Y}", "latest_end": "", "dublin": "no"}
    assert send(client_of("caseworker"), cast, **said).status_code == 302
    assert not due.exists()


def test_a_change_that_changes_nothing_is_not_told(cast, client_of):
    period = granted(cast, granted_on=datetime.date(2015, 11, 30), latest_end=datetime.date(2016, 2, 29))
    told = AuditEvent.objects.filter(case_id=cast.case.pk, verb="reflection_changed")
    same = {"granted_on": "30-11-2015", "latest_end": "29-2-2016", "dublin": ""}
    assert send(client_of("caseworker"), cast, **same).status_code == 302
    version = period.version
    period.refresh_from_db()
    assert (told.count(), period.version) == (0, version)


def test_a_reason_for_nothing_is_not_lost_in_silence(cast, client_of):
    granted(cast, granted_on=datetime.date(2015, 11, 30), latest_end=datetime.date(2016, 2, 29))
    answers = {"granted_on": "30-11-2015", "latest_end": "29-2-2016", "dublin": "", "why_corrected": "Toch anders"}
    sentence = "No recorded date changes. Correct the date, or take this away."
    assert sentence in told_on(send(client_of("caseworker"), cast, **answers))


def test_after_its_end_a_task_asks_what_follows_until_something_is_recorded(cast):
    cast.case.residencestatus_set.all().delete()
    cast.case.procedure_set.all().delete()
    today = timezone.localdate()
    period = granted(cast, granted_on=today - datetime.timedelta(days=20), latest_end=add_months(today, 2))
    asked = cast.case.task_set.open().filter(cause="after_reflection")
    values = {name: getattr(period, name) for name in ("state", "asked_on", "granted_on", "latest_end", "explanation")}
    ended = {**values, "dublin": None, "ended_on": today, "end_reason": "waived"}
    assert not asked.exists()
    residence.change_reflection(reflection=period, values=ended, version=None, by=cast.caseworker)
    assert [task.due_on for task in asked.all()] == [today + datetime.timedelta(days=7)]
    values = {"kind": "hardship", "begun_on": today}
    residence.record_procedure(case=cast.case, values=values, submission=None, by=cast.caseworker)
    assert not asked.exists()


def test_an_earlier_period_in_another_case_is_told_to_those_alone_who_read_that_case(cast, client_of):
    sentence = "This person had a reflection period before."
    intake_page = reverse("cases:intake", args=[cast.case.reference])
    granted(cast, granted_on=datetime.date(2024, 3, 1), latest_end=datetime.date(2024, 6, 1))
    other = new_case(cast.outsider, working_name="Elders")
    Case.objects.filter(pk=other.pk).update(victim=cast.case.victim)
    ReflectionPeriod.objects.filter(case=other).delete()
    ReflectionPeriod.objects.create(
        case=other, created_by=cast.outsider, state="granted", granted_on=datetime.date(2015, 3, 1),
        latest_end=datetime.date(2015, 6, 1),
    )  # fmt: skip
    assert sentence not in text(client_of("caseworker"), intake_page)
    Participation.objects.create(case=other, organisation=cast.kade, part="support", created_by=cast.outsider)
    assert sentence in text(client_of("caseworker"), intake_page)


def test_dates_that_were_taken_away_stay_told_when_the_period_is_none_any_more(cast, client_of):
    granted(cast, granted_on=datetime.date(2015, 11, 30), latest_end=datetime.date(2016, 2, 29))
    none = {
        "state": "declined",
        "granted_on": "",
        "latest_end": "",
        "dublin": "",
        "explanation": "Wilde niet",
        "why_corrected": "Verkeerde persoon",
    }
    client = client_of("caseworker")
    assert send(client, cast, **none).status_code == 302
    assert "Granted on: 30 November 2015 → –. Verkeerde persoon" in text(
        client, reverse("cases:intake", args=[cast.case.reference])
    )


def test_a_latest_end_of_the_authorities_stays_when_it_is_typed_again_and_explained(cast, client_of):
    """The rule's new day is shown first; whoever then types the old one and says why, keeps it."""
    period = granted(cast, granted_on=datetime.date(2015, 11, 30), latest_end=datetime.date(2016, 2, 29))
    client, address = client_of("caseworker"), reverse("cases:reflection_write", args=[cast.case.reference])
    typed = {
        **unseen(client, address), "state": "granted", "granted_on": "20-11-2015", "latest_end": "29-2-2016", "dublin": "",
        "explanation": "Zo zei de IND", "why_corrected": "Verkeerd gelezen",
    }  # fmt: skip
    first = client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en")
    assert "Ends at the latest on29 February 2016 → 20 February 2016" in told_on(first)
    shown = re.search(r'name="changes_shown" value="(\w+)"', first.content.decode())[1]
    assert corrected(client, address, {**typed, "changes_shown": shown}).status_code == 302
    period.refresh_from_db()
    assert (period.granted_on, period.latest_end) == (datetime.date(2015, 11, 20), datetime.date(2016, 2, 29))


def test_a_dublin_claimant_who_is_explained_gets_the_shorter_end(cast, client_of):
    """An explanation of something else keeps no end that is two months too late."""
    today = timezone.localdate()
    period = granted(cast, granted_on=today, latest_end=add_months(today, 3))
    typed = {
        "granted_on": f"{today:%d-%m-%Y}", "latest_end": f"{period.latest_end:%d-%m-%Y}", "dublin": "yes",
        "explanation": "Duitsland is verantwoordelijk", "why_corrected": "Nu pas bekend",
    }  # fmt: skip
    client, address = client_of("caseworker"), reverse("cases:reflection_write", args=[cast.case.reference])
    page = client.post(address, {**unseen(client, address), "state": "granted", **typed}, HTTP_ACCEPT_LANGUAGE="en")
    ends = formats.date_format(today + datetime.timedelta(days=30))
    assert f"Ends at the latest on{formats.date_format(period.latest_end)} → {ends}" in told_on(page)
    period.refresh_from_db()
    assert period.dublin is None


def test_a_registration_decision_is_not_taken_back_to_none(cast, client_of):
    client, notice = client_of("caseworker"), cast.rows["notice"]
    type(notice).objects.filter(pk=notice.pk).update(decision="ground", decided_on=timezone.localdate())
    address = reverse("cases:notice_change", args=[cast.case.reference, notice.pk])
    typed = {
        **unseen(client, address),
        "notifier": notice.notifier,
        "received_on": f"{notice.received_on:%d-%m-%Y}",
        "decision": "",
    }
    page = client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en")
    assert "This was decided. Choose another decision" in told_on(page)
