"""Somebody new: invited on a telephone, an account in English, a role that waits, and sessions of one's own."""

import re

import pytest

pytestmark = pytest.mark.browser
WORDS = "drie gewone woorden"


def link_for(person, email: str, role: str) -> str:
    """Invite, and read the link that the demo shows instead of sending it."""
    person.types(email=email)
    person.page.locator(f"main [name=role][value={role}]").check()
    person.page.locator("main form button[type=submit]").click()
    return person.page.locator(".notice a").inner_text()


def joins(newcomer, link: str, name: str) -> None:
    newcomer.page.goto(link)
    newcomer.types(name=name, password=WORDS, again="iets heel anders")
    newcomer.presses("Make my account")
    newcomer.reads("The two passwords differ. Type them again.")
    assert newcomer.page.locator("[name=name]").input_value() == name
    newcomer.types(password=WORDS, again=WORDS)
    newcomer.presses("Make my account")
    newcomer.reads(name)
    newcomer.reads("Sign out")


def test_somebody_new(demo, at_screen):
    lead = at_screen("teamlead", width=390)
    lead.opens_menu()
    lead.goes("Leden")
    lead.goes("Iemand uitnodigen")
    link = link_for(lead, "alex@demo.test", "caseworker")
    lead.page.reload()
    assert link not in lead.page.content()

    alex = at_screen("", language="en", width=390)
    alex.page.goto(link)
    for fact in ("De Kade (demo)", "Caseworker", "Robin de Demo", "alex@demo.test"):
        alex.reads(fact)
    joins(alex, link, "Alex Nieuw")
    alex.reads("Nothing presses today.")
    alex.opens_menu()
    alex.goes("Cases")
    alex.reads("You see no open case.")

    # from the administrator it waits
    admin = at_screen("admin", language="en")
    admin.page.goto("/members/?organisation=demo-kade")
    admin.goes("Invite somebody")
    admin.reads("waits, after the invitation is accepted, until a team lead of this organisation confirms it")
    waiting = at_screen("", language="en")
    joins(waiting, link_for(admin, "bo@demo.test", "team_lead"), "Bo Wacht")
    waiting.reads("Waits for a team lead")
    assert waiting.page.get_by_role("link", name="Cases").count() == 0
    lead.opens_menu()
    lead.goes("Leden")
    lead.page.locator("tr", has_text="Bo Wacht").get_by_role("link", name=re.compile("^Bevestigen")).click()
    lead.reads("Jij staat ervoor in wie de dossiers van je organisatie ziet.")
    lead.presses("Deze rol bevestigen")
    lead.reads("De rol is bevestigd en telt vanaf nu.")
    waiting.page.reload()
    assert waiting.page.get_by_role("link", name="Cases").count() > 0

    # a second browser, ended from the first
    alex.page.goto("/sessions/")
    alex.reads("Chrome, Linux")
    admin.page.goto("/members/?organisation=demo-kade")
    admin.page.locator("tr", has_text="Alex Nieuw").get_by_role("link", name=re.compile("^Close this account")).click()
    admin.presses("Close this account")
    admin.reads("The account is closed")
    alex.page.reload()
    assert alex.page.url.endswith("/login/?next=/sessions/")
