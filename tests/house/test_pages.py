"""Every page × every persona. A page without a row fails; reading a page writes nothing but audit and session."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

PERSONAS = (
    "caseworker", "colleague", "teamlead", "care_coordinator", "coordinator", "directory", "admin", "privacy",
    "outsider", "former", "moonlighter", "visitor",
)  # fmt: skip

# What opening the page answers, in the order of PERSONAS.
PUBLIC = "200 200 200 200 200 200 200 200 200 200 200 200"
# Parts of the one case: lead, lead, lead, coordination, registration; no role; no part (now); nobody.
ANY_PART = "200 200 200 200 200 403 403 403 404 404 404 302"
LEAD_AND_COORDINATION = "200 200 200 200 403 403 403 403 404 404 404 302"
LEAD_ONLY = "200 200 200 403 403 403 403 403 404 404 404 302"
TEAM_LEAD_ONLY = "403 403 200 403 403 403 403 403 403 403 403 302"
ADMINISTRATOR_ONLY = "403 403 403 403 403 403 200 403 403 403 403 302"
CASE_ROLES = "200 200 200 200 200 403 403 403 200 200 200 302"
# who comes without having looked for anything goes to the list
SEARCH = "302 302 302 302 302 403 403 403 302 302 302 302"
# only by sending: the method is refused after the door
POST_ONLY = "405 405 405 405 403 403 403 403 405 405 405 302"
# CoMensha's coordinator has the role for it, and in this case no part
SHELTER_BUTTON = "405 405 405 405 405 403 403 403 405 405 405 302"
TEAM_LEAD_BUTTON = "403 403 405 403 403 403 403 403 403 403 403 302"
# the caseworker wrote it
AUTHOR_AND_TEAM_LEAD = "200 403 200 403 403 403 403 403 404 404 404 302"
# who looks for places; of Elders' request the coordinator alone
BOARD = "403 403 403 403 200 403 403 403 403 403 403 302"
FIGURES = "403 403 200 200 200 403 403 403 403 403 403 302"
OCCUPANCY = "403 403 200 403 200 403 403 403 403 403 403 302"
BY_SCRIPT = "405 405 405 405 405 405 405 405 405 405 405 302"
# directory editors; the moonlighter is one at Kade
EDITORS = "403 403 403 403 403 200 200 403 403 403 200 302"
EDITORS_BUTTON = "403 403 403 403 403 405 405 403 403 403 405 302"
EVERY_ROLE = "200 200 200 200 200 200 200 200 200 200 200 302"
ACCOUNT = "200 200 200 200 200 200 200 200 200 200 200 302"
ENTRANCE = "302 302 302 302 302 302 302 302 302 302 302 200"

PAGES = {
    "home": PUBLIC,
    "language": "405 405 405 405 405 405 405 405 405 405 405 405",
    "organisations:organisation_list": PUBLIC,
    "organisations:organisation_detail": PUBLIC,
    "organisations:organisation_add": EDITORS,
    "organisations:organisation_change": EDITORS,
    "organisations:organisation_history": EVERY_ROLE,
    "organisations:organisation_verify": EDITORS_BUTTON,
    "organisations:organisation_suspend": EDITORS,
    "organisations:source_add": EDITORS,
    "organisations:source_change": EDITORS,
    "organisations:organisation_merge": EDITORS,
    "organisations:organisation_to_check": EDITORS,
    "organisations:suggestion_make": EVERY_ROLE,
    "organisations:suggestion_list": EVERY_ROLE,
    "organisations:suggestion_decide": EDITORS,
    "organisations:members_list": "403 403 200 403 403 403 200 403 403 403 403 302",
    # the administrator is of another organisation
    "organisations:members_end": "403 403 200 403 403 403 404 403 403 403 403 302",
    "cases:my_day": "200 200 200 200 403 403 403 403 200 200 200 302",
    # Kade's one house; the care coordinator and CoMensha sleep nobody, and the others work elsewhere
    "cases:tonight": "200 200 200 403 403 403 403 403 404 404 404 302",
    "organisations:shelter_list": "200 200 200 403 403 403 403 403 200 200 200 302",
    "organisations:shelter": "200 200 200 403 403 403 403 403 404 404 404 302",
    # only by sending; whoever comes otherwise is led to the house
    "organisations:shelter_reveal": "302 302 302 403 403 403 403 403 404 404 404 302",
    "organisations:shelter_add": TEAM_LEAD_ONLY,
    "organisations:shelter_change": TEAM_LEAD_ONLY,
    "organisations:shelter_write_address": TEAM_LEAD_ONLY,
    "organisations:shelter_set_capacity": TEAM_LEAD_ONLY,
    "organisations:place_add": TEAM_LEAD_ONLY,
    "organisations:place_change": TEAM_LEAD_ONLY,
    "organisations:place_out": TEAM_LEAD_ONLY,
    "organisations:place_back": TEAM_LEAD_BUTTON,
    "cases:tonight_list": "302 302 302 403 403 403 403 403 200 200 200 302",
    "cases:team_day": TEAM_LEAD_ONLY,
    "organisations:members_change": "403 403 200 403 403 403 404 403 403 403 403 302",
    "organisations:members_confirm": TEAM_LEAD_ONLY,
    "organisations:members_refuse": TEAM_LEAD_ONLY,
    "organisations:members_close": ADMINISTRATOR_ONLY,
    "organisations:members_reopen": ADMINISTRATOR_ONLY,
    "organisations:invitation_send": "403 403 200 403 403 403 200 403 403 403 403 302",
    # sent again by a button
    "organisations:invitation_send_again": "403 403 405 403 403 403 405 403 403 403 403 302",
    "organisations:invitation_withdraw": "403 403 200 403 403 403 200 403 403 403 403 302",
    # whoever holds the link
    "organisations:invitation_answer": PUBLIC,
    # sent by the script of our pages
    "organisations:session_here": BY_SCRIPT,
    "organisations:session_idle": BY_SCRIPT,
    "cases:draft_keep": BY_SCRIPT,
    "cases:draft_throw_away": BY_SCRIPT,
    "organisations:session_end": "405 405 405 405 405 405 405 405 405 405 405 302",
    # who sees cases and no trail is led to who looked in those cases
    "organisations:audit": "302 302 302 302 403 403 403 200 302 302 302 302",
    "organisations:audit_export": "403 403 403 403 403 403 403 405 403 403 403 302",
    "cases:who_looked_list": "200 200 200 200 403 403 403 403 200 200 200 302",
    "cases:erasure_list": "403 403 200 403 200 403 403 200 403 403 403 302",
    "cases:erasure_propose": "403 403 200 403 200 403 403 403 403 403 403 302",
    # of Kade: CoMensha's coordinator keeps other files
    "cases:erasure": "403 403 200 403 404 403 403 200 403 403 403 302",
    "cases:erasure_withdraw": "403 403 200 403 404 403 403 200 403 403 403 302",
    "cases:placement_board": BOARD,
    "cases:placement_figures": BOARD,
    "cases:placement_request": BOARD,
    "cases:placement_request_fail": BOARD,
    "cases:placement_offer_make": BOARD,
    "cases:placement_offer_back": BOARD,
    # Kade's house was asked
    "cases:placement_offer_list": "200 200 200 403 403 403 403 403 200 200 200 302",
    "cases:placement_offer_accept": "200 200 200 403 403 403 403 403 404 404 404 302",
    "cases:placement_offer_decline": "200 200 200 403 403 403 403 403 404 404 404 302",
    # who brings the person; CoMensha looks for no place for this case
    "cases:placement_offer_address": "200 404 404 404 404 403 403 403 404 404 404 302",
    "cases:case_list": CASE_ROLES,
    "cases:case_search": SEARCH,
    "cases:case_add": CASE_ROLES,
    "cases:dashboard": FIGURES,
    "cases:dashboard_behind": FIGURES,
    # a team lead: of the own houses; CoMensha's coordinator: of every house
    "cases:occupancy": OCCUPANCY,
    "cases:occupancy_week": OCCUPANCY,
    "cases:occupancy_week_file": OCCUPANCY,
    "cases:room": CASE_ROLES,
    "cases:statistics": PUBLIC,
    "cases:rules": EVERY_ROLE,
    "cases:case_restricted": TEAM_LEAD_ONLY,
    "cases:case_export_list": TEAM_LEAD_ONLY,
    "cases:case_export_add": TEAM_LEAD_ONLY,
    # the file is not made yet: that is said on the list
    "cases:case_export_download": "403 403 302 403 403 403 403 403 403 403 403 302",
    "cases:case_export_delete": TEAM_LEAD_BUTTON,
    # this case is not restricted
    "cases:case_reassign": "403 403 404 403 403 403 403 403 403 403 403 302",
    "cases:case": ANY_PART,
    "cases:case_change": ANY_PART,
    "cases:case_access": ANY_PART,
    "cases:case_assign": TEAM_LEAD_ONLY,
    "cases:case_unassign": TEAM_LEAD_ONLY,
    "cases:case_unassign_undo": TEAM_LEAD_BUTTON,
    "cases:case_reassign_undo": TEAM_LEAD_BUTTON,
    "cases:case_restrict": TEAM_LEAD_ONLY,
    # coordination shares and hands over only while there is no lead
    "cases:participation_begin": "403 403 200 403 403 403 403 403 403 403 403 302",
    "cases:participation_end": "403 403 200 403 403 403 403 403 403 403 403 302",
    # a care coordinator shares while there is no lead, and sees this case
    "cases:participation_end_undo": "403 403 405 405 403 403 403 403 403 403 403 302",
    "cases:transfer_offer": "403 403 200 403 403 403 403 403 403 403 403 302",
    "cases:transfer_withdraw": "403 403 200 403 403 403 403 403 403 403 403 302",
    # offered to Kade by another organisation
    "cases:transfer_list": TEAM_LEAD_ONLY,
    "cases:transfer_accept": TEAM_LEAD_ONLY,
    "cases:transfer_decline": TEAM_LEAD_ONLY,
    "cases:own_part_ask": TEAM_LEAD_ONLY,
    "cases:own_part": TEAM_LEAD_ONLY,
    "cases:own_part_withdraw": TEAM_LEAD_ONLY,
    # no document of Kade's lies there
    "cases:own_part_open": "403 403 404 403 403 403 403 403 403 403 403 302",
    "cases:own_part_answer": TEAM_LEAD_ONLY,
    "cases:own_part_end": TEAM_LEAD_ONLY,
    # coordination moves the stage only while there is no lead
    "cases:stage_move": LEAD_ONLY,
    "cases:timeline": ANY_PART,
    "cases:unknown_destination": ANY_PART,
    "cases:unknown_destination_change": ANY_PART,
    "cases:unknown_destination_back": ANY_PART,
    "cases:unknown_destination_undo": SHELTER_BUTTON,
    "cases:history": ANY_PART,
    "cases:who_looked": LEAD_AND_COORDINATION,
    "cases:safety": LEAD_AND_COORDINATION,
    "cases:safety_assess": LEAD_AND_COORDINATION,
    "cases:shelter": LEAD_AND_COORDINATION,
    "cases:shelter_place": LEAD_AND_COORDINATION,
    "cases:placement_request_ask": LEAD_AND_COORDINATION,
    "cases:placement_request_change": LEAD_AND_COORDINATION,
    "cases:placement_request_withdraw": LEAD_AND_COORDINATION,
    "cases:placement_offer_refuse": LEAD_AND_COORDINATION,
    "cases:placement_offer_arrive": LEAD_AND_COORDINATION,
    "cases:placement_offer_not_arrived": LEAD_AND_COORDINATION,
    "cases:shelter_move": LEAD_AND_COORDINATION,
    "cases:shelter_expect": LEAD_AND_COORDINATION,
    "cases:shelter_put_in_order": LEAD_AND_COORDINATION,
    "cases:shelter_order_undo": SHELTER_BUTTON,
    "cases:shelter_end": LEAD_AND_COORDINATION,
    "cases:shelter_end_undo": SHELTER_BUTTON,
    "cases:care_add": LEAD_AND_COORDINATION,
    "cases:care_change": LEAD_AND_COORDINATION,
    "cases:care_end": LEAD_AND_COORDINATION,
    "cases:care_undo": POST_ONLY,
    "cases:tasks": LEAD_AND_COORDINATION,
    "cases:task_add": LEAD_AND_COORDINATION,
    "cases:task_change": LEAD_AND_COORDINATION,
    "cases:task_lapse": LEAD_AND_COORDINATION,
    "cases:task_finish": POST_ONLY,
    "cases:task_reopen": POST_ONLY,
    "cases:residence": LEAD_AND_COORDINATION,
    "cases:residence_record": LEAD_AND_COORDINATION,
    "cases:residence_change": LEAD_AND_COORDINATION,
    "cases:procedure_record": LEAD_AND_COORDINATION,
    "cases:provision_arrange": POST_ONLY,
    "cases:provision_take_back": POST_ONLY,
    "cases:procedure_change": LEAD_AND_COORDINATION,
    "cases:residence_return_duty": LEAD_AND_COORDINATION,
    "cases:criminal": LEAD_AND_COORDINATION,
    "cases:criminal_record": LEAD_AND_COORDINATION,
    "cases:criminal_change": LEAD_AND_COORDINATION,
    "cases:safe_future": LEAD_ONLY,
    "cases:conversation_record": LEAD_ONLY,
    "cases:conversation_correct": AUTHOR_AND_TEAM_LEAD,
    "cases:notes": LEAD_ONLY,
    "cases:note_correct": AUTHOR_AND_TEAM_LEAD,
    "cases:return_plan": LEAD_AND_COORDINATION,
    "cases:return_plan_write": LEAD_ONLY,
    "cases:return_plan_approve": TEAM_LEAD_ONLY,
    "cases:return_risk_write": LEAD_ONLY,
    "cases:return_risk_decide": TEAM_LEAD_ONLY,
    "cases:journey": LEAD_AND_COORDINATION,
    "cases:journey_write": LEAD_ONLY,
    "cases:follow_up": LEAD_AND_COORDINATION,
    "cases:follow_up_plan": LEAD_ONLY,
    "cases:follow_up_record": LEAD_ONLY,
    "cases:intake": ANY_PART,
    "cases:victim_change": ANY_PART,
    "cases:notice_record": ANY_PART,
    "cases:notice_change": ANY_PART,
    "cases:identification_record": ANY_PART,
    "cases:exploitation_record": ANY_PART,
    "cases:file_type_change": ANY_PART,
    "cases:reflection_write": ANY_PART,
    "cases:reflection_another": ANY_PART,
    "cases:people": ANY_PART,
    "cases:family_member_add": ANY_PART,
    "cases:family_member_change": ANY_PART,
    "cases:documents": LEAD_AND_COORDINATION,
    "cases:document_add": LEAD_AND_COORDINATION,
    "cases:document_open": LEAD_AND_COORDINATION,
    "cases:document_withdraw": LEAD_AND_COORDINATION,
    "cases:consents": LEAD_AND_COORDINATION,
    "cases:consent_give": LEAD_AND_COORDINATION,
    "cases:consent_change": LEAD_AND_COORDINATION,
    "cases:consent_withdraw": LEAD_AND_COORDINATION,
    "cases:consent_tell": LEAD_AND_COORDINATION,
    "cases:contacts": LEAD_AND_COORDINATION,
    "cases:contact_add": LEAD_AND_COORDINATION,
    "cases:contact_change": LEAD_AND_COORDINATION,
    "cases:contact_end": LEAD_AND_COORDINATION,
    # the login library's pages
    "account_login": ENTRANCE,
    "account_signup": ENTRANCE,
    "account_inactive": PUBLIC,
    "account_logout": "200 200 200 200 200 200 200 200 200 200 200 302",
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_confirm_email": PUBLIC,
    "account_email_verification_sent": PUBLIC,
    "account_confirm_login_code": "302 302 302 302 302 302 302 302 302 302 302 302",
    "account_email": ACCOUNT,
    "account_change_password": ACCOUNT,
    # those who have a password change it
    "account_set_password": "302 302 302 302 302 302 302 302 302 302 302 302",
    "account_reauthenticate": ACCOUNT,
    "usersessions_list": ACCOUNT,
    "mfa_index": ACCOUNT,
    # a second step is asked while logging in, of those who have one
    "mfa_authenticate": "302 302 302 302 302 302 302 302 302 302 302 302",
    "mfa_reauthenticate": "302 302 302 302 302 302 302 302 302 302 302 302",
    "mfa_activate_totp": ACCOUNT,
    # codes go with an app: sending the form is refused without one
    "mfa_generate_recovery_codes": ACCOUNT,
    # not before one is activated
    "mfa_deactivate_totp": "404 404 404 404 404 404 404 404 404 404 404 302",
    "mfa_view_recovery_codes": "404 404 404 404 404 404 404 404 404 404 404 302",
    "mfa_download_recovery_codes": "404 404 404 404 404 404 404 404 404 404 404 302",
}

ROWS = {
    "shelter_end": "stay", "residence_change": "title", "procedure_change": "procedure", "follow_up_record": "follow_up", "notice_change": "notice",
    "contact_change": "contact", "contact_end": "contact", "family_member_change": "child", "case_unassign": "assignment",
    "task_change": "task", "task_lapse": "task", "task_finish": "task", "task_reopen": "task",
    "case_unassign_undo": "assignment", "case_reassign_undo": "assignment", "shelter_end_undo": "stay",
    "note_correct": "note", "conversation_correct": "conversation",
    "criminal_change": "event", "unknown_destination_back": "away", "unknown_destination_change": "away", "unknown_destination_undo": "away", "document_open": "document", "document_withdraw": "document",
    "consent_change": "consent", "consent_withdraw": "consent", "consent_tell": "consent",
    "participation_end": "participation", "participation_end_undo": "participation", "transfer_withdraw": "transfer",
    "own_part_answer": "asked_part", "own_part_end": "running_part",
    "care_change": "care", "care_end": "care", "care_undo": "care",
    "shelter_move": "stay", "shelter_expect": "stay", "shelter_put_in_order": "stay", "shelter_order_undo": "stay",
    "placement_request_change": "own_request", "placement_request_withdraw": "own_request",
    "placement_offer_refuse": "own_offer", "placement_offer_arrive": "own_offer", "placement_offer_not_arrived": "own_offer",
}  # fmt: skip

MEMBERS = {
    "organisations:members_end": "membership", "organisations:members_change": "membership",
    "organisations:members_confirm": "waiting", "organisations:members_refuse": "waiting",
    "organisations:members_close": "somebody", "organisations:members_reopen": "closed",
    "organisations:invitation_send_again": "invitation", "organisations:invitation_withdraw": "invitation",
}  # fmt: skip

OF_PARTNER = {
    "organisations:organisation_change", "organisations:organisation_history", "organisations:organisation_verify",
    "organisations:organisation_suspend", "organisations:organisation_merge", "organisations:source_add", "organisations:suggestion_make",
}  # fmt: skip

WITHOUT_CASE = {
    "case_list", "case_search", "case_add", "dashboard", "dashboard_behind", "statistics", "rules", "who_looked_list", "erasure_list", "erasure_propose",
    "placement_board", "placement_figures", "placement_offer_list", "occupancy", "occupancy_week",
    "occupancy_week_file", "room",
    "my_day", "team_day", "case_restricted", "transfer_list", "tonight_list",
    "draft_keep", "draft_throw_away", "case_export_list", "case_export_add",
}  # fmt: skip

WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+"?(\w+)', re.I)
MAY_BE_WRITTEN = {"organisations_auditevent", "django_session", "returnsupport_cache"}


def every_url_name() -> set[str]:
    def walk(patterns, prefix):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield prefix + (pattern.name or "?")
            else:
                yield from walk(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)

    return set(walk(get_resolver().url_patterns, ""))


def address(name: str, cast) -> str:
    short = name.removeprefix("cases:")
    if name == "organisations:organisation_detail":
        return reverse(name, args=[cast.comensha.slug])
    if name in OF_PARTNER:
        return reverse(name, args=[cast.partner.slug])
    if name == "organisations:source_change":
        return reverse(name, args=[cast.partner.slug, cast.rows["source"].pk])
    if name in {"organisations:shelter_list", "organisations:shelter_add"}:
        return reverse(name)
    if name.startswith("organisations:shelter") or name == "organisations:place_add":
        return reverse(name, args=["huis"])
    if name.startswith("organisations:place_"):
        return reverse(name, args=["huis", cast.rows["free_place"].pk])
    if name == "organisations:suggestion_decide":
        return reverse(name, args=[cast.rows["suggestion"].pk])
    if name in MEMBERS:
        return reverse(name, args=[cast.rows[MEMBERS[name]].pk])
    if name == "organisations:invitation_send":
        return reverse(name, args=[cast.kade.slug])
    if name == "organisations:invitation_answer":
        return reverse(name, args=[cast.rows["token"]])
    if name == "organisations:session_end":
        return reverse(name, args=[1])
    if name == "account_confirm_email":
        return reverse(name, args=["no-such-key"])
    if name == "account_reset_password_from_key":
        return reverse(name, kwargs={"uidb36": "x", "key": "y"})
    if short == "dashboard_behind":
        return reverse(name) + "?figure=stage_intake"
    if short == "tonight":
        return reverse(name, args=["huis"])
    if short == "stage_move":
        return reverse(name, args=[cast.case.reference, "recovery"])
    if short == "consent_give":
        return reverse(name, args=[cast.case.reference, "sharing"])
    if short in {"transfer_accept", "transfer_decline"}:
        return reverse(name, args=[cast.rows["offered"].pk])
    if short == "placement_offer_make":
        return reverse(name, args=[cast.rows["place_asked"].pk, "huis"])
    if short in {"placement_request", "placement_request_fail"}:
        return reverse(name, args=[cast.rows["place_asked"].pk])
    if short in {"placement_offer_accept", "placement_offer_decline", "placement_offer_back"}:
        return reverse(name, args=[cast.rows["place_offered"].pk])
    if short == "placement_offer_address":
        return reverse(name, args=[cast.rows["own_offer"].pk])
    if short == "own_part_ask":
        return reverse(name, args=[cast.rows["handed_over"].pk])
    if short in {"own_part", "own_part_withdraw"}:
        return reverse(name, args=[cast.rows["own_part"].pk])
    if short == "own_part_open":
        return reverse(name, args=[cast.rows["own_part"].pk, cast.rows["document"].pk])
    if short in {"case_export_download", "case_export_delete"}:
        return reverse(name, args=[cast.rows["export"].pk])
    if short in {"erasure", "erasure_withdraw"}:
        return reverse(name, args=[cast.rows["erasure"].pk])
    if short in {"provision_arrange", "provision_take_back"}:
        return reverse(name, args=[cast.case.reference, cast.rows["procedure"].pk, "lawyer"])
    if short in ROWS:
        return reverse(name, args=[cast.case.reference, cast.rows[ROWS[short]].pk])
    if name.startswith("cases:") and short not in WITHOUT_CASE:
        return reverse(name, args=[cast.case.reference])
    return reverse(name)


def test_every_page_has_a_row():
    assert every_url_name() == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_who_may_open_the_page(name, cast, client_of):
    answers = {}
    for persona in PERSONAS:
        client = client_of(persona)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address(name, cast))
        answers[persona] = answer.status_code
        assert b"Geheime gracht" not in b"".join(answer) + str(answer.headers).encode(), "where a house is"
        written = {m[2] for q in queries if (m := WRITES.match(q["sql"]))} - MAY_BE_WRITTEN
        assert written == set(), f"{persona} wrote by reading"
    assert answers == dict(zip(PERSONAS, map(int, PAGES[name].split()), strict=True))


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith(("cases:", "organisations:"))])
def test_who_may_not_open_the_page_may_not_send_it_either(name, cast, client_of):
    # their own page is shown by sending alone, and opened leads back
    may_send = {"302"} if name in {"organisations:shelter_reveal", "cases:case_search"} else set()
    refused = [
        (p, int(a))
        for p, a in zip(PERSONAS, PAGES[name].split(), strict=True)
        if a in {"302", "403", "404"} - (may_send if p != "visitor" else set())
    ]
    assert {p: client_of(p).post(address(name, cast)).status_code for p, _a in refused} == dict(refused)


@pytest.mark.parametrize("persona", ["directory", "outsider", "visitor"])
def test_an_invented_reference_answers_like_one_that_is_not_seen(persona, cast, client_of):
    client = client_of(persona)
    real = client.get(reverse("cases:intake", args=[cast.case.reference]))
    invented = client.get(reverse("cases:intake", args=["2222222"]))
    assert real.status_code == invented.status_code
