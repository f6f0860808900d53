"""Every word in both languages, every template used, every audit verb a sentence, every model its migration."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils.translation import override

from organisations.permissions import Permission
from organisations.roles import ABILITIES, Role
from organisations.rules.audit import Verb
from returnsupport import checks, messages

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ("account/", "allauth/", "mfa/", "usersessions/")


def test_no_message_is_missing_fuzzy_or_left_over():
    assert messages.problems() == []


def test_a_translation_keeps_its_placeholders():
    holes = re.compile(r"%\(\w+\)s")
    lost = []
    for entry in messages.catalogue():
        dutch = " ".join(entry.msgstr_plural.values()) if entry.msgid_plural else entry.msgstr
        if set(holes.findall(dutch)) != set(holes.findall(entry.msgid + entry.msgid_plural)):
            lost.append(entry.msgid)
    assert lost == []


@pytest.mark.parametrize("verb", Verb)
def test_every_audit_verb_has_its_sentence_in_both_languages(verb):
    with override("en"):
        english = str(verb.sentence)
    with override("nl"):
        dutch = str(verb.sentence)
    assert english and dutch
    assert english != dutch


@pytest.mark.django_db
def test_no_model_has_changed_without_a_migration():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_template_is_used():
    own = {str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.html")}
    sources = [*(ROOT / "templates").rglob("*.html")]
    for app in ("organisations", "cases", "returnsupport"):
        sources += (ROOT / app).rglob("*.py")
    text = "\n".join(path.read_text() for path in sources)
    called_by_django = {"403_csrf.html", "django/forms/widgets/hidden.html", "django/forms/widgets/select.html"}
    library = {name for name in own if name.startswith(LIBRARY)}
    assert {name for name in own - library if f'"{name}"' not in text} - called_by_django == set()


def test_templates_of_the_login_library_override_one_that_exists():
    import allauth

    theirs = Path(allauth.__file__).parent / "templates"
    own = [p.relative_to(ROOT / "templates") for p in (ROOT / "templates").rglob("*.*")]
    for name in own:
        if str(name).startswith(LIBRARY):
            assert (theirs / name).exists(), name


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_template_holds_inline_code_or_unescaped_text(path):
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|\|safe\b|autoescape off", text)


def test_every_text_column_is_sealed_or_on_the_list():
    assert set(checks.clear_columns()) == set(checks.CLEAR)


def test_no_column_has_choices():
    ours = [*apps.get_app_config("cases").get_models(), *apps.get_app_config("organisations").get_models()]
    assert [f"{m.__name__}.{f.name}" for m in ours for f in m._meta.concrete_fields if f.choices] == []


def test_roles_hold_exactly_these_abilities():
    """The matrix of who may what, told a second time; a new ability needs its place here."""
    P = Permission
    rooms = {
        P.CASE_SEE, P.CASE_SEARCH, P.IDENTITY_READ, P.IDENTITY_WRITE, P.REGISTRATION_READ, P.REGISTRATION_WRITE,
        P.SHELTER_READ, P.SHELTER_WRITE, P.SAFETY_READ, P.SAFETY_WRITE, P.UNSAFE_REGIONS_READ, P.SUPPORT_READ,
        P.SUPPORT_WRITE, P.NOTES_READ, P.NOTES_WRITE, P.RETURN_READ, P.RETURN_WRITE, P.WHO_LOOKED,
    }  # fmt: skip
    caseworker = rooms | {P.CASE_CREATE, P.STAGE_MOVE, P.MY_DAY_READ, P.TONIGHT_READ, P.SHELTERS_READ, P.DIRECTORY_READ}
    caseworker |= {P.OFFER_ANSWER, P.ROOM_READ}
    deciding = {P.STAGE_OVERRIDE, P.RISK_DECIDE, P.PLAN_APPROVE, P.CASE_ASSIGN, P.CASE_RESTRICT, P.CONSENT_OVERRIDE}
    sharing = {P.CASE_SHARE, P.CASE_TRANSFER}
    erasing = {P.ERASURE_PROPOSE, P.ERASURE_CONFIRM}
    assert {
        Role.CASEWORKER: caseworker,
        Role.TEAM_LEAD: caseworker
        | deciding
        | sharing
        | {P.TRANSFER_ANSWER, P.OWN_PART, P.TEAM_DAY_READ, P.CASES_EXPORT, P.MEMBERS_READ, P.MEMBERS_END, P.MEMBERS_INVITE}
        | {P.MEMBERS_CONFIRM, P.DASHBOARD_READ, P.SHELTERS_KEEP, P.OCCUPANCY_READ}
        | erasing,
        Role.CARE_COORDINATOR: (caseworker | sharing | {P.DASHBOARD_READ})
        - {P.NOTES_READ, P.NOTES_WRITE, P.RETURN_WRITE, P.TONIGHT_READ, P.SHELTERS_READ, P.OFFER_ANSWER},
        Role.COMENSHA_COORDINATOR: {
            P.CASE_SEE, P.CASE_SEARCH, P.CASE_CREATE, P.IDENTITY_READ, P.IDENTITY_WRITE, P.REGISTRATION_READ,
            P.REGISTRATION_WRITE, P.SHELTER_READ, P.SHELTER_WRITE, P.UNSAFE_REGIONS_READ, P.DASHBOARD_READ, P.DIRECTORY_READ,
            P.PLACEMENT_BOARD, P.OCCUPANCY_READ, P.ROOM_READ, *erasing,
        },
        Role.DIRECTORY_EDITOR: {P.DIRECTORY_READ, P.DIRECTORY_WRITE},
        Role.PLATFORM_ADMINISTRATOR: {
            P.MEMBERS_READ, P.MEMBERS_END, P.MEMBERS_INVITE, P.ACCOUNTS_KEEP, P.DIRECTORY_READ, P.DIRECTORY_WRITE, P.TENANT_WRITE,
        },
        Role.PRIVACY_OFFICER: {P.DIRECTORY_READ, P.AUDIT_READ, P.ERASURE_CONFIRM},
    } == ABILITIES  # fmt: skip
