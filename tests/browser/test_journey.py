"""One person, from four questions at night to the last follow-up after return: three people at three logins.

In Dutch at a desk, and in English on a telephone.
"""

import datetime

import pytest
from django.utils import timezone

from cases.models import Case

pytestmark = pytest.mark.browser


def typed(days: int) -> str:
    return f"{timezone.localdate() + datetime.timedelta(days=days):%d-%m-%Y}"


@pytest.mark.parametrize(("language", "width"), [("nl", 1280), ("en", 390)])
def test_the_journey(language, width, demo, at_screen):
    def w(dutch: str, english: str) -> str:
        return dutch if language == "nl" else english

    def by_menu(person, link: str) -> None:
        if width < 600:
            person.opens_menu()
        person.goes(link)

    def to_room(link: str) -> None:
        if width < 600:
            worker.opens_rooms()
        worker.goes(link)

    worker = at_screen("caseworker", language=language, width=width)

    # 23:00, four questions and a bed
    by_menu(worker, w("Nieuw dossier", "New case"))
    worker.types(working_name="Merel (demo)")
    worker.chooses(
        age_group=w("Volwassen", "Adult"),
        notifier=w("Politie", "Police"),
        danger_now=w("Ja", "Yes"),
        bed_needed=w("Ja", "Yes"),
    )
    worker.presses(w("Het dossier openen", "Open the case"))
    worker.reads(
        w(
            "Het dossier is open. Al het andere kan tot morgen wachten.",
            "The case is open. Everything else can wait until morning.",
        )
    )
    worker.reads(w("Nu gevaar", "Danger now"))
    worker.reads(w("Er is een bed nodig.", "A bed is needed."))

    # a mistake is a sentence, and nothing typed is lost
    worker.goes(w("Schat de veiligheid in.", "Assess safety."))
    worker.goes(w("Veiligheid inschatten", "Assess safety"))
    worker.types(threats="De werver belt haar nog.", assessed_on="31-31-2026")
    worker.presses(w("Opslaan", "Save"))
    worker.reads(w("Dit is geen datum.", "This is not a date."))
    assert worker.page.locator("[name=threats]").input_value() == "De werver belt haar nog."
    worker.types(assessed_on=typed(0))
    worker.chooses(danger=w("Gevaar mogelijk", "Danger possible"), unsafe_regions="Rotterdam")
    worker.presses(w("Opslaan", "Save"))
    worker.reads(w("Onveilige regio's", "Regions that are not safe"))

    # a bed
    to_room(w("Opvang", "Shelter"))
    worker.goes(w("Een plaatsing vastleggen", "Record a stay"))
    worker.chooses(place="Kade Noord, Kamer 1")
    worker.presses(w("Opslaan", "Save"))
    worker.reads("Kade Noord, Kamer 1")

    # who this is, and whether the notice may be registered
    to_room("Intake")
    worker.goes(w("Wijzigen wie dit is", "Change who this is"))
    worker.types(given_names="Merel", family_name="Demo", birth_date=w("12 mei 1999", "12 May 1999"))
    worker.chooses(birth_precision=w("Precieze datum", "Exact date"), sex=w("Vrouw", "Woman"))
    worker.page.locator("[name=nationalities_0]").select_option(label="Nigeria")
    worker.presses(w("Opslaan", "Save"))
    worker.reads(w("12 mei 1999", "12 May 1999"))
    worker.page.get_by_role("link", name=w("Beslissen of wijzigen", "Decide or change")).click()
    worker.chooses(
        decision=w(
            "Geregistreerd op wettelijke grond, toestemming niet nodig", "Registered on legal ground, no consent needed"
        )
    )
    worker.presses(w("Opslaan", "Save"))
    worker.goes(w("De uitbuiting vastleggen", "Record the exploitation"))
    worker.chooses(forms=w("Seksuele uitbuiting", "Sexual exploitation"), control_means=w("Schuld", "Debt"))
    worker.presses(w("Opslaan", "Save"))
    worker.reads(w("Seksuele uitbuiting", "Sexual exploitation"))

    # the stage says what blocks it, with the way there
    worker.goes("Merel (demo)")
    worker.goes(w("Herstel", "Recovery"))
    worker.reads(w("Wat het tegenhoudt", "What blocks it"))
    worker.goes(
        w(
            "Leg de verblijfspositie vast; ‘nog niet bekend’ mag ook.",
            "Record the residence position; “not known yet” will do.",
        )
    )
    worker.goes(w("Een verblijfspositie vastleggen", "Record a residence position"))
    worker.chooses(title=w("Geen", "None"))
    worker.presses(w("Opslaan", "Save"))
    worker.goes("Merel (demo)")
    worker.goes(w("Herstel", "Recovery"))
    worker.presses(w("Naar de fase Herstel", "Move to Recovery"))
    worker.reads(w("Het dossier is nu in de fase: Herstel", "The case has moved to: Recovery"))

    to_room("Intake")
    worker.goes(w("De bedenktijd vastleggen", "Record the reflection period"))
    worker.chooses(state=w("Verleend", "Granted"))
    worker.types(
        asked_on=typed(-80),
        granted_on=typed(-80),
        latest_end=typed(10),
        explanation=w("Zo staat het in de brief", "So says the letter"),
    )
    worker.presses(w("Opslaan", "Save"))
    worker.reads(w("Bedenktijd: nog 10 dagen", "Reflection: 10 days left"))

    # CoMensha sees the case move
    coordinator = at_screen("coordinator", language=language, width=width)
    by_menu(coordinator, "Dashboard")
    herstel = coordinator.page.get_by_role("row").filter(has_text=w("Herstel", "Recovery"))
    assert herstel.locator(".number").inner_text() == "1"
    herstel.get_by_role("link", name=w("Herstel: 1", "Recovery: 1")).click()
    coordinator.reads("Merel (demo)")
    reference = Case.objects.get().reference
    coordinator.goes(reference)
    coordinator.reads("Merel (demo)")
    assert coordinator.page.get_by_role("link", name=w("Notities", "Notes"), exact=True).count() == 0

    # both futures, and what she wants
    to_room(w("Contactpersonen", "Contacts"))
    worker.goes(w("Contactpersoon toevoegen", "Add a contact"))
    worker.chooses(kind=w("Advocaat", "Lawyer"))
    worker.types(name="mr. Zonnen (demo)", phone="06-00001234")
    worker.presses(w("Opslaan", "Save"))
    worker.reads("06-00001234")
    to_room("Safe Future")
    worker.goes(w("Een gesprek vastleggen", "Record a conversation"))
    worker.types(here="Rust, een opleiding.", there="Haar zus wacht op haar.")
    worker.chooses(orientation=w("Wil terug", "Wants to return"))
    worker.presses(w("Opslaan", "Save"))
    worker.reads(w("Wil terug", "Wants to return"))
    worker.goes("Merel (demo)")
    worker.goes(w("Voorbereiding terugkeer", "Preparing return"))
    worker.presses(w("Naar de fase Voorbereiding terugkeer", "Move to Preparing return"))

    # she travels with her child, to a partner she agreed to
    to_room(w("Personen", "People"))
    worker.goes(w("Familielid toevoegen", "Add a family member"))
    worker.chooses(relation=w("Kind", "Child"), age_group=w("Minderjarig", "Minor"))
    worker.types(name="Kuiken Demo")
    worker.presses(w("Opslaan", "Save"))
    to_room(w("Terugkeerplan", "Return plan"))
    worker.goes(w("Een plan beginnen", "Start a plan"))
    worker.chooses(
        destination="Nigeria", travellers="Kuiken Demo", partner="Nigeria: Harbour House Lagos (demo)",
        guardian_decision=w("Akkoord", "Agrees"),
    )  # fmt: skip
    worker.types(city="Lagos", housing="Kamer bij de partner", reception_verified_on=typed(0))
    worker.presses(w("Opslaan", "Save"))
    worker.reads(w("wacht op goedkeuring door een tweede persoon", "waits for approval by a second person"))
    worker.reads(w("niet gegeven: er wordt niets verteld", "not given: nothing is told"))
    worker.goes(w("Een toestemming vastleggen", "Record a consent"))
    worker.chooses(
        ground=w("Toestemming van de persoon", "Consent of the person"), written=w("Ja", "Yes"),
        interpreter=w("Tolk via telefoon of video", "Interpreter by telephone or video"),
    )  # fmt: skip
    worker.types(language="Engels")
    worker.presses(w("Opslaan", "Save"))
    worker.reads("Harbour House Lagos (demo)")
    to_room(w("Terugkeerplan", "Return plan"))
    assert worker.page.get_by_role("link", name=w("Lezen en goedkeuren", "Read and approve")).count() == 0
    worker.goes(w("Het risico beoordelen", "Assess the risk"))
    worker.chooses(
        likelihood=w("3, mogelijk", "3, possible"),
        impact=w("3, ernstig", "3, serious"),
        residual_likelihood=w("2, onwaarschijnlijk", "2, unlikely"),
        residual_impact=w("2, beperkt", "2, limited"),
    )
    worker.types(reprisals="De werver woont in een andere stad.", measures="Andere wijk, contact met de partner.")
    worker.presses(w("Opslaan", "Save"))

    worker.goes("Merel (demo)")
    worker.goes(w("Vertrek", "Departure"))
    worker.reads(
        w(
            "Laat het terugkeerplan goedkeuren door een tweede persoon.",
            "Have the return plan approved by a second person.",
        )
    )
    assert worker.page.get_by_role("button", name=w("Naar de fase Vertrek", "Move to Departure")).count() == 0

    # the second person
    lead = at_screen("teamlead", language=language, width=width)
    by_menu(lead, w("Dossiers", "Cases"))
    lead.page.get_by_label(w("Naam, nummer of kenmerk", "Name, number or reference")).fill("Merel")
    lead.page.get_by_role("search").get_by_role("button", name=w("Zoeken", "Search")).click()
    lead.goes(reference)
    lead.goes(w("Het terugkeerplan wacht op jouw goedkeuring.", "The return plan waits for your approval."))
    lead.presses(w("Dit plan goedkeuren", "Approve this plan"))
    lead.reads(w("goedgekeurd door Robin de Demo", "approved by Robin de Demo"))
    lead.goes(w("Lezen en beslissen", "Read and decide"))
    lead.chooses(decision=w("Gaan met maatregelen", "Go with measures"))
    lead.types(reason="Met deze maatregelen verantwoord.")
    lead.presses(w("Deze beslissing vastleggen", "Record this decision"))
    lead.reads(w("Gaan met maatregelen, besloten door Robin de Demo", "Go with measures, decided by Robin de Demo"))

    # the road home
    worker.goes("Merel (demo)")
    worker.goes(w("Vertrek", "Departure"))
    worker.presses(w("Naar de fase Vertrek", "Move to Departure"))
    to_room(w("Reis", "Journey"))
    worker.goes(w("De reis vastleggen", "Record the journey"))
    worker.types(booked_for=typed(-1), itinerary="Amsterdam, één overstap.", met_by="Medewerker van de partner")
    worker.presses(w("Opslaan", "Save"))
    to_room(w("Opvang", "Shelter"))
    worker.goes(w("De plaatsing beëindigen", "End the stay"))
    worker.chooses(departure_reason=w("Teruggekeerd naar het land van herkomst", "Returned to the country of origin"))
    worker.presses(w("De plaatsing beëindigen", "End the stay"))
    to_room(w("Reis", "Journey"))
    worker.goes(w("De reis wijzigen", "Change the journey"))
    worker.types(departed_on=typed(-1), arrived_on=typed(0))
    worker.presses(w("Opslaan", "Save"))
    worker.goes("Merel (demo)")
    worker.goes(w("Re-integratie", "Reintegration"))
    worker.presses(w("Naar de fase Re-integratie", "Move to Reintegration"))

    # follow-up as agreed, to the last
    to_room(w("Nazorg", "Follow-up"))
    worker.goes(w("Nazorg plannen", "Plan follow-up"))
    for tick in worker.page.locator("main [name=days]").all():
        tick.check()
    worker.presses(w("Deze plannen", "Plan these"))
    for _ in range(4):
        worker.page.get_by_role("link", name=w("Vastleggen wat eruit kwam", "Record what came of it")).first.click()
        worker.chooses(
            outcome=w("De persoon gesproken", "Spoken with the person"),
            safe=w("Ja", "Yes"),
            housed=w("Ja", "Yes"),
            trafficker_contact=w("Nee", "No"),
        )
        worker.presses(w("Opslaan", "Save"))
    assert worker.page.get_by_role("link", name=w("Vastleggen wat eruit kwam", "Record what came of it")).count() == 0
    worker.goes("Merel (demo)")
    worker.goes(w("Afgesloten", "Closed"))
    worker.reads(
        w("Er staat nog 1 taak open.", "1 task is still open.")
    )  # the reflection period whose end nobody recorded
    worker.chooses(closing_reason=w("Teruggekeerd, nazorg afgerond", "Returned, follow-up completed"))
    worker.types(lapse_reason="Zij is teruggekeerd.")
    worker.presses(w("Naar de fase Afgesloten", "Move to Closed"))
    worker.reads(w("Teruggekeerd, nazorg afgerond.", "Returned, follow-up completed."))

    # and it is told, to the first deed: on how many pages depends on the clock, a look being kept once an hour
    to_room(w("Geschiedenis", "History"))
    worker.reads(w("bracht het dossier naar een andere fase", "moved the case to another stage"))
    told, older = worker.page.locator("main").inner_text(), worker.page.get_by_role("link", name=w("Ouder", "Older"))
    while older.count():
        with worker.page.expect_navigation():
            older.click()
        told += worker.page.locator("main").inner_text()
    for deed in (
        "Robin de Demo",
        w("keurde het terugkeerplan goed", "approved the return plan"),
        w("besliste over het risico bij terugkeer", "decided on the risk of return"),
        w("opende het dossier", "opened the case"),
    ):
        assert deed in told
    by_menu(coordinator, "Dashboard")
    assert coordinator.page.locator("[aria-labelledby=people] tfoot .number").inner_text() == "0"
    case = Case.objects.get()
    assert (case.stage, case.closing_reason) == ("closed", "returned")
