"""Erasing a file: behind two people, for good, and again after a backup was restored."""

import base64
import datetime
import io
import json
import threading

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from cases.actions import case as case_actions
from cases.actions import draft, erasure, intake, residence, shelter, stage
from cases.models import (
    Assignment,
    Case,
    ErasureProposal,
    Exploitation,
    FollowUp,
    Notice,
    Participation,
    ReflectionPeriod,
    ResidenceStatus,
    ReturnPlan,
    StageMove,
    Victim,
)
from cases.rules.access import Part
from cases.rules.drafts import Place
from organisations import sealing
from organisations.actions.base import Refused
from organisations.models import AuditEvent, BlindIndex, DataKey, ErasureEntry, Membership
from organisations.roles import Role
from organisations.sealing import envelope, index, keys
from organisations.sealing.fields import SealedTextField
from tests.cast import DAY, assemble, closed_case, new_case, person
from tests.house.test_pages import PERSONAS
from tests.sealing.test_canaries import canary, dump, found_in, sealed_models

LIST, NEW = reverse("cases:erasure_list"), reverse("cases:erasure_propose")
TODAY = datetime.date(2026, 3, 17)


@pytest.fixture
def full(cast):
    """The one case of the cast with something in every room, closed; and the person known by name."""
    case, by = cast.case, cast.caseworker
    intake.change_victim(
        case=case, version=None, by=by,
        values={
            "given_names": "Kanarie", "family_name": "Vogelaar", "v_number": "9990001", "birth_precision": "day",
            "birth_date": datetime.date(2000, 5, 12), "birth_year": None, "sex": "female", "nationalities": ["NG"],
        },
    )  # fmt: skip
    intake.record_exploitation(
        case=case, submission=None, by=by,
        values={"forms": ["labour"], "control_means": ["debt"], "countries": ["NL"], "place": "x", "recruitment": "y"},
    )  # fmt: skip
    intake.record_identification(
        case=case, values={"state": "presumed", "decided_by": "police", "decided_on": TODAY}, submission=None, by=by
    )
    residence.record_reflection(
        case=case, submission=None, by=by,
        values={"state": "granted", "asked_on": TODAY, "granted_on": TODAY, "latest_end": TODAY + 5 * DAY, "ended_on": TODAY,
                "end_reason": "waived", "explanation": "omdat"},
    )  # fmt: skip
    half_typed = Place(
        user=by.pk, case=case.pk, organisation=None, permission="notes.write", address="/x/", row=None, opening=by.pk
    )
    draft.keep(place=half_typed, typed=[("text", ["Kanarie, half getypt"])], by=by)
    shelter.end(placement=cast.rows["stay"], until_at=timezone.now() + DAY / 24, departure_reason="moved", by=by)
    case.placement_set.update(until_at=timezone.now())
    stage.move(
        case=case,
        to="departure",
        reason="zo besloten",
        past=["plan", "risk", "consent", "guardian", "reception"],
        by=cast.teamlead,
    )
    case = stage.move(case=case, to="closed", reason="klaar", closing_reason="settled", lapse_reason="x", by=by)
    return case


def proposed(case: Case, by, ground: str = "term", reason: str = "") -> ErasureProposal:
    return erasure.propose(reference=case.reference, ground=ground, reason=reason, submission=None, by=by)


def erased(case: Case, cast) -> Case:
    erasure.confirm(proposal=proposed(case, cast.teamlead), reference=case.reference, by=cast.privacy)
    return Case.objects.get(pk=case.pk)


def answer(verb) -> str:
    """The sentence of a refusal, or that it was done."""
    try:
        with transaction.atomic():
            verb()
    except Refused as refusal:
        return str(refusal)
    return "done"


NOT_YOURS = "Your organisation keeps no file with this reference. Look at the reference again."


# --- who may -------------------------------------------------------------------------------------------------------


def test_only_the_team_lead_of_the_organisation_that_keeps_the_file_proposes(full, cast):
    other_lead = person("leadoever", (cast.oever, Role.TEAM_LEAD))
    answers = {
        name: answer(lambda who=who: proposed(full, who))
        for name, who in {**{p: cast[p] for p in PERSONAS if p != "visitor"}, "other_lead": other_lead}.items()
        if name != "teamlead"
    }
    assert answers == dict.fromkeys(answers, NOT_YOURS)
    assert answer(lambda: proposed(full, cast.teamlead)) == "done"


def test_an_invented_reference_is_refused_in_the_same_words(cast):
    refused = {
        typed: answer(lambda typed=typed: erasure.propose(reference=typed, ground="term", reason="", submission=None, by=cast.teamlead))
        for typed in ("2222222", "", "x", Case.objects.get(created_by=cast.outsider).reference)
    }  # fmt: skip
    assert refused == dict.fromkeys(refused, NOT_YOURS)


def test_the_organisation_that_led_last_keeps_the_file(full, cast):
    now = timezone.now()
    leadoever = person("leadoever", (cast.oever, Role.TEAM_LEAD))
    Participation.objects.filter(case=full, part=Part.LEAD).update(from_at=now - 9 * DAY, until_at=now - 2 * DAY)
    Participation.objects.create(
        case=full,
        organisation=cast.oever,
        part=Part.LEAD,
        from_at=now - 2 * DAY,
        until_at=now - DAY,
        created_by=cast.caseworker,
    )
    assert answer(lambda: proposed(full, cast.teamlead)) == NOT_YOURS
    assert answer(lambda: proposed(full, leadoever)) == "done"
    # the privacy officer of the organisation that led before is not the second person
    assert answer(lambda: erasure.confirm(proposal=ErasureProposal.objects.get(case=full), reference=full.reference, by=cast.privacy)) == (
        "You may not decide on this proposal (any more)."
    )  # fmt: skip


def test_a_case_in_use_and_a_place_in_a_shelter_stand_in_the_way(cast):
    assert answer(lambda: proposed(cast.case, cast.teamlead)) == "This file is still in use. Close the case first."
    stage.move(case=cast.case, to="closed", reason="", closing_reason="settled", lapse_reason="x", by=cast.caseworker)
    assert answer(lambda: proposed(cast.case, cast.teamlead)).startswith("Somebody still has a place in a shelter")


def test_comensha_erases_what_was_only_ever_registered(cast):
    case = new_case(cast.coordinator, working_name="Alleen gemeld")
    second = person("tweede", (cast.comensha, Role.COMENSHA_COORDINATOR))
    proposal = proposed(case, cast.coordinator, "mistake")
    assert answer(lambda: erasure.confirm(proposal=proposal, reference=case.reference, by=cast.coordinator)) == (
        "A second person confirms: you proposed this yourself."
    )
    assert answer(lambda: erasure.confirm(proposal=proposal, reference=case.reference, by=second)) == "done"
    assert Case.objects.get(pk=case.pk).erased_at is not None


def test_comensha_erases_nothing_that_a_shelter_keeps(full, cast):
    assert answer(lambda: proposed(full, cast.coordinator)) == NOT_YOURS


def test_a_second_person_confirms(full, cast):
    other_lead = person("lead2", (cast.kade, Role.TEAM_LEAD))
    proposal = proposed(full, cast.teamlead)
    refused = {
        name: answer(lambda name=name: erasure.confirm(proposal=proposal, reference=full.reference, by=cast[name]))
        for name in PERSONAS
        if name not in {"visitor", "privacy"}
    }
    may_not = "You may not decide on this proposal (any more)."
    assert refused == {
        **dict.fromkeys(refused, may_not), "teamlead": "A second person confirms: you proposed this yourself.",
    }  # fmt: skip
    assert answer(lambda: erasure.confirm(proposal=proposal, reference=full.reference, by=other_lead)) == "done"


def test_the_database_too_wants_a_second_person(full, cast):
    proposal = proposed(full, cast.teamlead)
    with pytest.raises(IntegrityError, match="erasure_second_person"), transaction.atomic():
        ErasureProposal.objects.filter(pk=proposal.pk).update(
            outcome="confirmed", decided_at=timezone.now(), decided_by=cast.teamlead
        )
    entry = {"case_id": full.pk, "organisation_id": cast.kade.pk, "proposed_by_id": cast.teamlead.pk}
    with pytest.raises(IntegrityError, match="erasure_entry_two_people"), transaction.atomic():
        ErasureEntry.objects.create(**entry, confirmed_by_id=cast.teamlead.pk)


def test_who_lost_the_role_confirms_nothing(full, cast):
    proposal = proposed(full, cast.teamlead)
    Membership.objects.filter(user=cast.privacy).update(until_at=timezone.now())
    privacy = type(cast.privacy).objects.get(pk=cast.privacy.pk)
    assert answer(lambda: erasure.confirm(proposal=proposal, reference=full.reference, by=privacy)).startswith(
        "You may not"
    )


def test_the_reference_is_typed(full, cast):
    proposal = proposed(full, cast.teamlead)
    other = Case.objects.exclude(pk=full.pk).first().reference
    for typed in ("", "x", other):
        assert answer(lambda typed=typed: erasure.confirm(proposal=proposal, reference=typed, by=cast.privacy)) == (
            "This is not the reference of this file. Type it as it stands above."
        )
    spaced = f"{full.reference[:3].lower()} {full.reference[3:]}"
    assert answer(lambda: erasure.confirm(proposal=proposal, reference=spaced, by=cast.privacy)) == "done"


def test_a_case_that_was_opened_again_is_not_erased(full, cast):
    proposal = proposed(full, cast.teamlead)
    stage.move(case=full, to="recovery", reason="terug", past=["registration", "safety", "residence"], by=cast.teamlead)
    said = answer(lambda: erasure.confirm(proposal=proposal, reference=full.reference, by=cast.privacy))
    assert said == "This file is still in use. Close the case first."
    assert Case.objects.get(pk=full.pk).working_name == "Vogel"


def test_one_proposal_at_a_time_and_one_form_makes_one(full, cast):
    import uuid

    key = uuid.uuid4()
    facts = {"reference": full.reference, "ground": "term", "reason": "", "submission": key, "by": cast.teamlead}
    assert erasure.propose(**facts) == erasure.propose(**facts)
    assert answer(lambda: proposed(full, cast.teamlead)) == "This was proposed already and waits for a second person."


def test_a_proposal_can_be_ended_by_either_and_then_made_again(full, cast):
    for who in (cast.teamlead, cast.privacy):
        proposal = proposed(full, cast.teamlead)
        erasure.withdraw(proposal=proposal, by=who)
        assert answer(lambda p=proposal: erasure.confirm(proposal=p, reference=full.reference, by=cast.privacy)) == (
            "This proposal was decided already."
        )
    assert Case.objects.get(pk=full.pk).working_name == "Vogel"
    assert list(AuditEvent.objects.filter(verb="erasure_withdrawn").values_list("actor_name", "role").order_by("at")) == [
        ("Teamlead", "team_lead"), ("Privacy", "privacy_officer"),
    ]  # fmt: skip


def test_confirming_twice_is_one_erasure(full, cast):
    proposal = proposed(full, cast.teamlead)
    for _ in range(2):
        erasure.confirm(proposal=proposal, reference=full.reference, by=cast.privacy)
    assert (ErasureEntry.objects.count(), AuditEvent.objects.filter(verb="case_erased").count()) == (1, 1)


# --- what is left --------------------------------------------------------------------------------------------------


def test_nothing_sealed_opens_afterwards_even_from_a_dump_with_the_master_key(full, cast):
    """Canaries in every sealed column of the case and its person; the bytes of before are kept by an attacker."""
    before: list[tuple] = []
    for model in sealed_models():
        for row in model.objects.all():
            if row.sealed_for not in {("case", full.pk), ("victim", full.victim_id)}:
                continue
            for field in model._meta.concrete_fields:
                if type(field) is SealedTextField:
                    setattr(row, field.attname, canary(field.name))
            row.save()
            stored = model.objects.get(pk=row.pk)
            before += [
                (field.context(stored), bytes(stored.__dict__[field.attname]))
                for field in model._meta.concrete_fields
                if isinstance(field, SealedTextField) and stored.__dict__[field.attname] is not None
            ]
    assert len(before) > 30
    master = base64.b64decode(django_settings.MASTER_KEY)

    def opened() -> int:
        """How many of the kept bytes open with any data key that the database holds, unwrapped by hand."""
        rows = DataKey.objects.alive().values_list("owner_kind", "owner_id", "wrapped")
        data_keys = [envelope.unseal(master, bytes(w), f"data key|{kind}|{owner}") for kind, owner, w in rows]
        return sum(any(opens(key, sealed, context) for key in data_keys) for context, sealed in before)

    assert opened() == len(before)
    erased(full, cast)
    assert opened() == 0
    assert found_in(dump()) == []
    # nor do the bytes themselves stay behind
    left = dump()
    assert [context for context, sealed in before if sealed.hex() in left] == []


def opens(key: bytes, sealed: bytes, context: str) -> bool:
    try:
        envelope.unseal(key, sealed, context)
    except envelope.SealBroken:
        return False
    return True


def test_reading_an_erased_row_says_that_it_is_gone(full, cast):
    case = erased(full, cast)
    with sealing.fresh_keys():
        with pytest.raises(keys.Destroyed):
            _ = case.working_name
        with pytest.raises(keys.Destroyed):
            _ = StageMove.objects.filter(case=case, reason__isnull=False).first().reason


def test_figures_keep_what_they_need_and_no_more(full, cast):
    when = timezone.localdate().replace(day=1)
    case = erased(full, cast)
    victim = Victim.objects.get(pk=case.victim_id)
    assert (victim.birth_year, victim.birth_precision, victim.turns_18_on, victim.sex, victim.nationalities) == (
        2000, "day", None, "female", ["NG"],
    )  # fmt: skip
    assert (case.stage, case.closing_reason, case.file_type, case.age_group, case.danger_now, case.restricted) == (
        "closed", "settled", "registration", "adult", False, False,
    )  # fmt: skip
    assert timezone.localtime(case.created_at).date() == timezone.localtime(case.changed_at).date() == when
    notice = Notice.objects.get(case=case)
    assert (notice.notifier, notice.decision, notice.received_on, notice.decided_on) == ("police", "ground", when, when)
    exploitation = Exploitation.objects.get(case=case)
    assert (exploitation.forms, exploitation.countries, exploitation.control_means) == (["labour"], ["NL"], [])
    reflection = ReflectionPeriod.objects.get(case=case)
    assert (reflection.state, reflection.granted_on, reflection.latest_end, reflection.ended_on, reflection.end_reason) == (
        "granted", datetime.date(2026, 3, 1), datetime.date(2026, 3, 2), datetime.date(2026, 3, 1), "waived",
    )  # fmt: skip
    plan = ReturnPlan.objects.get(case=case)
    assert (plan.destination, plan.partner, plan.author_ids, plan.planned_on) == ("NG", None, [], None)
    assert [(row.title, row.from_on) for row in ResidenceStatus.objects.filter(case=case)] == [("none", when)]
    assert FollowUp.objects.get(case=case).due_on.day == 1
    assert list(StageMove.objects.filter(case=case).values_list("to_stage", "overridden").order_by("created_at", "to_stage")) == [
        ("closed", False), ("departure", True), ("intake", False),
    ]  # fmt: skip
    counts = {
        model._meta.model_name: model._default_manager.filter(case=case).count()
        for model in apps.get_app_config("cases").get_models()
        if any(field.name == "case" for field in model._meta.concrete_fields)
    }
    assert counts == {
        "notice": 1, "identification": 1, "exploitation": 1, "filetypeperiod": 1, "reflectionperiod": 1, "residencestatus": 1,
        "conversation": 1, "returnplan": 1, "journey": 1, "followup": 1, "stagemove": 3, "participation": 4,
        "erasureproposal": 1, "note": 0, "casecontact": 0, "assignment": 0, "traveller": 0, "familymember": 0,
        "safetyassessment": 0, "placement": 0, "returnrisk": 0, "criminalevent": 1, "document": 0, "task": 0,
        "draft": 0, "consent": 0, "transfer": 0, "ownpart": 0,
        "careinstruction": 0, "datecorrection": 0, "procedure": 0, "unknowndestination": 0, "provision": 0,
        "placementrequest": 1, "placementbrief": 0, "placementoffer": 0, "placehold": 0,
    }  # fmt: skip


def test_no_day_of_the_file_stays(full, cast):
    """Every date of every row is the first of its month, but where two of one month must differ."""
    case = erased(full, cast)
    days = {}
    for model in apps.get_app_config("cases").get_models():
        names = [f.name for f in model._meta.concrete_fields]
        rows = (
            model._default_manager.filter(case=case) if "case" in names else model._default_manager.filter(pk=case.pk)
        )
        for row in rows:
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname) if not isinstance(field, SealedTextField) else None
                if isinstance(value, datetime.datetime):
                    value = timezone.localtime(value).date()
                if isinstance(value, datetime.date) and value.day != 1:
                    days[f"{model.__name__}.{field.name}"] = value.day
    today = timezone.localdate().day
    own = dict.fromkeys(("Case.erased_at", "ErasureProposal.created_at", "ErasureProposal.decided_at"), today)
    assert days == {"ReflectionPeriod.latest_end": 2, **(own if today != 1 else {})}


def test_an_erased_case_answers_like_one_that_does_not_exist(full, cast, client_of):
    pages = ("case", "history", "intake", "case_access", "who_looked")
    before = {
        who: [client_of(who).get(reverse(f"cases:{p}", args=["2222222"])).status_code for p in pages]
        for who in PERSONAS
    }
    erased(full, cast)
    after = {
        who: [client_of(who).get(reverse(f"cases:{p}", args=[full.reference])).status_code for p in pages]
        for who in PERSONAS
    }
    assert after == before
    # and for somebody who takes part, is assigned and knows the reference
    Participation.objects.create(case=full, organisation=cast.oever, part=Part.SUPPORT, created_by=cast.caseworker)
    Assignment.objects.create(case=full, user=cast.outsider, created_by=cast.caseworker)
    assert client_of("outsider").get(reverse("cases:case", args=[full.reference])).status_code == 404
    assert Case.objects.abilities_on(Case.objects.get(pk=full.pk), cast.outsider) == frozenset()


def test_no_list_search_or_dashboard_shows_it(full, cast, client_of):
    def seen() -> dict:
        worker, coordinator = client_of("caseworker"), client_of("coordinator")
        search = reverse("cases:case_search")
        return {
            "list": full.reference in worker.get(reverse("cases:case_list"), {"closed": "yes"}).content.decode(),
            **{
                typed: f"/cases/{full.reference}/" in worker.post(search, {"search": typed}).content.decode()
                for typed in ("Vogel", "Vogelaar", "9990001", "PL-1", full.reference)
            },
            "register": full.reference
            in coordinator.get(reverse("cases:case_list"), {"stage": "closed"}).content.decode(),
            "who looked": full.reference in worker.get(reverse("cases:who_looked_list")).content.decode(),
        }

    assert set(seen().values()) == {True}
    erased(full, cast)
    assert set(seen().values()) == {False}
    subjects = {full.pk, full.victim_id}
    assert not BlindIndex.objects.filter(subject_id__in=subjects).exists()


def test_a_registered_case_that_was_erased_is_in_no_live_figure(cast, client_of):
    case = new_case(cast.coordinator, working_name="Alleen gemeld")
    second = person("tweede", (cast.comensha, Role.COMENSHA_COORDINATOR))

    def registered() -> int:
        page = client_of("coordinator").get(reverse("cases:dashboard"))
        return {line["code"]: line["number"] for line in page.context["people"]["lines"]}["stage_registered"]

    assert registered() == 1
    erasure.confirm(proposal=proposed(case, cast.coordinator), reference=case.reference, by=second)
    assert registered() == 0
    assert case not in Case.objects.open()


def test_the_trail_stays_and_tells_who_erased(full, cast):
    before = set(AuditEvent.objects.filter(case_id=full.pk).values_list("pk", flat=True))
    erased(full, cast)
    after = AuditEvent.objects.filter(case_id=full.pk)
    assert before < set(after.values_list("pk", flat=True))
    assert list(
        after.filter(verb__in=["erasure_proposed", "case_erased"]).order_by("at")
        .values_list("verb", "actor_name", "organisation_name", "role", "case_reference")
    ) == [
        ("erasure_proposed", "Teamlead", "Kade", "team_lead", full.reference),
        ("case_erased", "Privacy", "Kade", "privacy_officer", full.reference),
    ]  # fmt: skip


def test_the_person_stays_known_while_another_case_is_theirs(full, cast):
    other = new_case(cast.outsider, working_name="Elders")
    Case.objects.filter(pk=other.pk).update(victim_id=full.victim_id)
    erased(full, cast)
    with sealing.fresh_keys():
        victim = Victim.objects.get(pk=full.victim_id)
        assert (victim.family_name, victim.birth_date) == ("Vogelaar", datetime.date(2000, 5, 12))
        assert full.victim_id in index.subjects("Vogelaar")
        with pytest.raises(keys.Destroyed):
            _ = Case.objects.get(pk=full.pk).working_name
    assert ErasureEntry.objects.get().victim_id is None
    # with the last one it ends
    leadoever = person("leadoever", (cast.oever, Role.TEAM_LEAD))
    second = person("privacyoever", (cast.oever, Role.PRIVACY_OFFICER))
    other = stage.move(
        case=Case.objects.get(pk=other.pk),
        to="closed",
        reason="",
        closing_reason="settled",
        lapse_reason="x",
        by=cast.outsider,
    )
    erasure.confirm(proposal=proposed(other, leadoever), reference=other.reference, by=second)
    with sealing.fresh_keys(), pytest.raises(keys.Destroyed):
        _ = Victim.objects.exclude(family_name=None).get(pk=full.victim_id).family_name


@pytest.mark.django_db(transaction=True)
def test_two_last_files_erased_at_once_leave_no_key_of_the_person():
    with sealing.fresh_keys():
        cast = assemble()
        first = closed_case(cast.caseworker, working_name="Een")
        second = closed_case(cast.caseworker, working_name="Twee")
        Case.objects.filter(pk=second.pk).update(victim_id=first.victim_id)
        keys.data_key(("victim", first.victim_id))
        proposals = [proposed(case, cast.teamlead) for case in (first, second)]
    ready = threading.Barrier(2)
    failed: list = []

    def confirm(proposal) -> None:
        try:
            with sealing.fresh_keys():
                ready.wait(10)
                erasure.confirm(proposal=proposal, reference=proposal.case.reference, by=cast.privacy)
        except Exception as problem:
            failed.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=confirm, args=[proposal]) for proposal in proposals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert DataKey.objects.get(owner_kind="victim", owner_id=first.victim_id).wrapped is None
    assert sorted(ErasureEntry.objects.values_list("victim_id", flat=True), key=str) == sorted(
        [None, first.victim_id], key=str
    )


def test_nobody_writes_in_an_erased_file(full, cast):
    erased(full, cast)
    said = {
        answer(lambda: case_actions.restrict(case=full, restricted=True, version=None, by=cast.teamlead)),
        answer(lambda: stage.move(case=full, to="intake", reason="", by=cast.caseworker)),
        answer(
            lambda: intake.change_victim(case=full, values={"family_name": "Terug"}, version=None, by=cast.caseworker)
        ),
        answer(lambda: proposed(full, cast.teamlead)),
    }
    assert said == {"You may not do this on this case (any more).", NOT_YOURS}


def test_a_fault_in_the_middle_leaves_everything_as_it_was(full, cast, monkeypatch):
    proposal = proposed(full, cast.teamlead)
    monkeypatch.setattr(erasure.keys, "destroy", lambda owner: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        erasure.confirm(proposal=proposal, reference=full.reference, by=cast.privacy)
    with sealing.fresh_keys():
        assert Case.objects.get(pk=full.pk).working_name == "Vogel"
        assert Case.objects.get(pk=full.pk).erased_at is None
    assert (full.note_set.count(), ErasureEntry.objects.count()) == (1, 0)


def test_a_table_without_its_line_erases_nothing(full, cast, monkeypatch):
    monkeypatch.delitem(erasure.TABLE, "cases.Note")
    proposal = proposed(full, cast.teamlead)
    with pytest.raises(LookupError):
        erasure.confirm(proposal=proposal, reference=full.reference, by=cast.privacy)
    assert Case.objects.get(pk=full.pk).erased_at is None


# --- the ledger, and a restored backup ------------------------------------------------------------------------------


def replay(*files) -> str:
    said = io.StringIO()
    call_command("replay_erasures", *map(str, files), stdout=said)
    return said.getvalue()


@pytest.fixture
def ledger_file(tmp_path, settings):
    settings.ERASURE_LEDGER_FILE = str(tmp_path / "erasures.jsonl")
    return tmp_path / "erasures.jsonl"


@pytest.fixture
def restored(full, cast, ledger_file, django_capture_on_commit_callbacks):
    """The file was erased; then yesterday's backup came back, which knows nothing of it. What lies outside stays."""
    with transaction.atomic():
        with django_capture_on_commit_callbacks(execute=True):
            erased(full, cast)
        transaction.set_rollback(True)
    with sealing.fresh_keys():
        assert Case.objects.get(pk=full.pk).working_name == "Vogel"
    assert ErasureEntry.objects.count() == 0
    return full


def is_gone(case: Case) -> bool:
    alive = DataKey.objects.alive().filter(owner_id__in=[case.pk, case.victim_id])
    found = BlindIndex.objects.filter(subject_id__in=[case.pk, case.victim_id])
    row = Case.objects.get(pk=case.pk)
    return not alive.exists() and not found.exists() and row.erased_at is not None and not case.note_set.exists()


def test_after_a_restore_the_erasure_is_done_again_from_the_file(restored, cast, ledger_file):
    assert not is_gone(restored)
    assert "1 erasures in the ledger, 1 of them from a file. 1 had been undone and were done again." in replay()
    assert is_gone(restored)
    entry = ErasureEntry.objects.get()
    assert (entry.case_id, entry.case_reference, entry.victim_id, entry.ground, entry.organisation_name) == (
        restored.pk, restored.reference, restored.victim_id, "term", "Kade",
    )  # fmt: skip
    assert (entry.proposed_by_name, entry.confirmed_by_name) == ("Teamlead", "Privacy")
    again = AuditEvent.objects.get(verb="erasure_repeated")
    assert (again.actor_name, again.organisation_name, again.case_reference) == ("", "Kade", restored.reference)
    # and a second time there is nothing to do
    assert "0 of them from a file. 0 had been undone" in replay()
    assert len(ledger_file.read_text().splitlines()) == 1


def test_a_ledger_that_was_not_restored_is_enough(full, cast, settings):
    """The tables of the cases came back, the ledger stayed as it was."""
    with transaction.atomic():
        erased(full, cast)
        kept = ErasureEntry.objects.get()
        transaction.set_rollback(True)
    kept._state.adding = True
    kept.save(force_insert=True)
    said = replay()
    assert "1 had been undone and were done again." in said
    assert "No file was read" in said
    assert is_gone(full)


def test_an_erasure_missing_from_the_file_is_added_to_it(full, cast, ledger_file):
    erased(full, cast)
    assert not ledger_file.exists()
    assert "1 erasures in the ledger, 0 of them from a file. 0 had been undone" in replay()
    assert json.loads(ledger_file.read_text())["case_reference"] == full.reference


def test_another_copy_of_the_file_can_be_given(restored, ledger_file, settings):
    settings.ERASURE_LEDGER_FILE = ""
    assert "1 had been undone" in replay(ledger_file)
    assert is_gone(restored)


def test_an_erasure_of_a_case_the_backup_does_not_hold_is_no_fault(cast, ledger_file, restored):
    told = {
        **json.loads(ledger_file.read_text()),
        "case_id": "00000000-0000-4000-8000-000000000001",
        "case_reference": "AAAAAAA",
    }
    told = {**told, "id": "00000000-0000-4000-8000-000000000002", "victim_id": "00000000-0000-4000-8000-000000000003"}
    with ledger_file.open("a") as file:
        file.write(json.dumps(told) + "\n")
    assert "2 erasures in the ledger, 2 of them from a file. 1 had been undone" in replay()


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"id": "x"}', "null", '"text"', '{"case_id": 4}'])
def test_a_line_that_is_no_erasure_stops_it_before_anything_changes(line, restored, ledger_file):
    with ledger_file.open("a") as file:
        file.write(line + "\n")
    with pytest.raises(CommandError, match=r"Line 2 of .* is no erasure\. Nothing was changed\."):
        replay()
    assert not is_gone(restored)


def test_a_file_that_cannot_be_read_is_one_sentence(cast, tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file or directory"):
        replay(tmp_path / "none")


def test_a_full_disk_does_not_undo_the_erasure_and_the_log_says_so(
    full, cast, settings, caplog, django_capture_on_commit_callbacks
):
    settings.ERASURE_LEDGER_FILE = "/nowhere/at/all"
    with django_capture_on_commit_callbacks(execute=True):
        erased(full, cast)
    assert is_gone(full)
    assert [record.getMessage() for record in caplog.records] == [
        "The ledger of erasures could not be written to its file."
    ]


def test_the_ledger_and_its_file_hold_no_content_and_only_their_owner_reads_it(restored, ledger_file):
    assert ledger_file.stat().st_mode & 0o077 == 0
    assert set(json.loads(ledger_file.read_text())) == {
        "id", "at", "case_id", "case_reference", "victim_id", "ground", "organisation_id", "organisation_name",
        "proposed_by_id", "proposed_by_name", "confirmed_by_id", "confirmed_by_name",
    }  # fmt: skip


# --- the pages -----------------------------------------------------------------------------------------------------


def page_of(client, address, **data) -> str:
    got = client.get(address, data, HTTP_ACCEPT_LANGUAGE="en")
    assert got.status_code == 200
    return got.content.decode()


def test_the_way_through_the_pages(full, cast, client_of):
    lead, officer = client_of("teamlead"), client_of("privacy")
    history = page_of(lead, reverse("cases:history", args=[full.reference]))
    assert f"/erasures/new/?reference={full.reference}" in history
    asked = page_of(lead, NEW, reference=full.reference)
    assert f'value="{full.reference}"' in asked
    assert "What will be lost, for good" in asked
    sent = lead.post(NEW, {"reference": full.reference, "ground": "other", "reason": "kanarie-reden"})
    assert sent.status_code == 302
    # the second person sees reference, stage, dates and ground, and no content
    page = page_of(officer, sent["Location"])
    assert full.reference in page_of(officer, LIST)
    for word in (
        "Closed",
        "Another reason, written down below",
        "What will be lost, for good",
        "names and numbers are lost too",
    ):
        assert word in page
    for word in ("kanarie", "Vogel", "Advocaat", "Nigeria", "Notes"):
        assert word not in page
    wrong = officer.post(sent["Location"], {"reference": "2222222"}, HTTP_ACCEPT_LANGUAGE="en")
    assert "This is not the reference of this file." in wrong.content.decode()
    done = officer.post(sent["Location"], {"reference": full.reference})
    assert (done.status_code, done["Location"]) == (302, LIST)
    assert is_gone(full)
    assert full.reference in page_of(officer, LIST)
    # pressed twice
    assert officer.post(sent["Location"], {"reference": full.reference}).status_code == 302
    assert "Erased. Decided by Privacy" in page_of(lead, sent["Location"])


def test_the_written_reason_is_for_a_team_lead_who_sees_the_case(full, cast, client_of):
    proposal = proposed(full, cast.teamlead, "other", "omdat het moet")
    address = reverse("cases:erasure", args=[proposal.pk])
    second = person("lead2", (cast.kade, Role.TEAM_LEAD))
    cast.directory = second  # a login for the second team lead
    assert "omdat het moet" in page_of(client_of("directory"), address)
    Case.objects.filter(pk=full.pk).update(restricted=True)
    assert "omdat het moet" not in page_of(client_of("directory"), address)


def test_who_proposed_is_told_that_somebody_else_confirms(full, cast, client_of):
    page = page_of(client_of("teamlead"), reverse("cases:erasure", args=[proposed(full, cast.teamlead).pk]))
    assert "somebody else confirms" in page
    assert "Erase this file for good" not in page


def test_another_reason_is_written_down(full, cast, client_of):
    page = client_of("teamlead").post(NEW, {"reference": full.reference, "ground": "other"}, HTTP_ACCEPT_LANGUAGE="en")
    assert "Write down the reason." in page.content.decode()
    assert ErasureProposal.objects.filter(case=full).count() == 0


def test_looking_at_a_proposal_is_audited(full, cast, client_of):
    page_of(client_of("privacy"), reverse("cases:erasure", args=[proposed(full, cast.teamlead).pk]))
    read = AuditEvent.objects.get(verb="case_read", actor_id=cast.privacy.pk)
    assert (read.case_reference, read.room, read.role) == (full.reference, "history", "privacy_officer")


def test_proposals_and_the_ledger_of_others_are_not_shown(full, cast, client_of):
    erased(full, cast)
    waits = cast.rows["erasure"].case.reference
    assert {ref in page_of(client_of("coordinator"), LIST) for ref in (full.reference, waits)} == {False}
    assert {ref in page_of(client_of("teamlead"), LIST) for ref in (full.reference, waits)} == {True}


def test_a_case_in_use_offers_no_erasure(cast, client_of):
    history = reverse("cases:history", args=[cast.case.reference])
    assert ["/erasures/new/" in page_of(client_of(who), history) for who in ("teamlead", "caseworker")] == [
        False,
        False,
    ]


def test_the_files_of_an_erased_case_go_from_the_disk(full, cast, files_root):
    from organisations.sealing import files

    assert len([path for path in files_root.rglob("*") if path.is_file()]) == 1
    with files.settled():
        erased(full, cast)
    assert [path for path in files_root.rglob("*") if path.is_file()] == []
