"""One person, from four questions at night to the last follow-up after return: three people at three logins, in Dutch."""

import datetime

import pytest
from django.utils import timezone

from cases.models import Case

pytestmark = pytest.mark.browser


def typed(days: int) -> str:
    return f"{timezone.localdate() + datetime.timedelta(days=days):%d-%m-%Y}"


def test_the_journey(demo, at_screen):
    worker = at_screen("caseworker")

    # 23:00, four questions and a bed
    worker.goes("Nieuw dossier")
    worker.types(working_name="Merel (demo)")
    worker.chooses(age_group="Volwassen", notifier="Politie", danger_now="Ja", bed_needed="Ja")
    worker.presses("Het dossier openen")
    worker.reads("Het dossier is open. Al het andere kan tot morgen wachten.")
    worker.reads("Nu gevaar")
    worker.reads("Er is een bed nodig.")

    # a mistake is a sentence, and nothing typed is lost
    worker.goes("Schat de veiligheid in.")
    worker.goes("Veiligheid inschatten")
    worker.types(threats="De werver belt haar nog.", assessed_on="31-31-2026")
    worker.presses("Opslaan")
    worker.reads("Dit is geen datum.")
    assert worker.page.locator("[name=threats]").input_value() == "De werver belt haar nog."
    worker.types(assessed_on=typed(0))
    worker.chooses(danger="Gevaar mogelijk", unsafe_regions="Rotterdam")
    worker.presses("Opslaan")
    worker.reads("Onveilige regio's")

    # a bed
    worker.goes("Opvang")
    worker.goes("Een plaatsing vastleggen")
    worker.chooses(place="Kade Noord, Kamer 1")
    worker.presses("Opslaan")
    worker.reads("Kade Noord, Kamer 1")

    # who this is, and whether the notice may be registered
    worker.goes("Intake")
    worker.goes("Wijzigen wie dit is")
    worker.types(given_names="Merel", family_name="Demo", birth_date="12 mei 1999")
    worker.chooses(birth_precision="Precieze datum", sex="Vrouw")
    worker.page.locator("[name=nationalities_0]").select_option(label="Nigeria")
    worker.presses("Opslaan")
    worker.reads("12 mei 1999")
    worker.page.get_by_role("link", name="Beslissen of wijzigen").click()
    worker.chooses(decision="Geregistreerd op wettelijke grond, toestemming niet nodig")
    worker.presses("Opslaan")
    worker.goes("De uitbuiting vastleggen")
    worker.chooses(forms="Seksuele uitbuiting", control_means="Schuld")
    worker.presses("Opslaan")
    worker.reads("Seksuele uitbuiting")

    # the stage says what blocks it, with the way there
    worker.goes("Merel (demo)")
    worker.goes("Herstel")
    worker.reads("Wat het tegenhoudt")
    worker.goes("Leg de verblijfspositie vast; ‘nog niet bekend’ mag ook.")
    worker.goes("Een verblijfspositie vastleggen")
    worker.chooses(title="Geen")
    worker.presses("Opslaan")
    worker.goes("Merel (demo)")
    worker.goes("Herstel")
    worker.presses("Naar de fase Herstel")
    worker.reads("Het dossier is nu in de fase: Herstel")

    worker.goes("Intake")
    worker.goes("De bedenktijd vastleggen")
    worker.chooses(state="Verleend")
    worker.types(asked_on=typed(-80), granted_on=typed(-80), latest_end=typed(10))
    worker.presses("Opslaan")
    worker.reads("Bedenktijd: nog 10 dagen")

    # CoMensha sees the case move
    coordinator = at_screen("coordinator")
    coordinator.goes("Dashboard")
    herstel = coordinator.page.get_by_role("row").filter(has_text="Herstel")
    assert herstel.locator(".number").inner_text() == "1"
    coordinator.reads("Merel (demo)")
    reference = Case.objects.get().reference
    coordinator.goes(reference)
    coordinator.reads("Merel (demo)")
    assert coordinator.page.get_by_role("link", name="Notities", exact=True).count() == 0

    # both futures, and what she wants
    worker.goes("Contactpersonen")
    worker.goes("Contactpersoon toevoegen")
    worker.chooses(kind="Advocaat")
    worker.types(name="mr. Zonnen (demo)", phone="06-00001234")
    worker.presses("Opslaan")
    worker.reads("06-00001234")
    worker.goes("Safe Future")
    worker.goes("Een gesprek vastleggen")
    worker.types(here="Rust, een opleiding.", there="Haar zus wacht op haar.")
    worker.chooses(orientation="Wil terug")
    worker.presses("Opslaan")
    worker.reads("Wil terug")
    worker.goes("Merel (demo)")
    worker.goes("Voorbereiding terugkeer")
    worker.presses("Naar de fase Voorbereiding terugkeer")

    # she travels with her child, to a partner she agreed to
    worker.goes("Personen")
    worker.goes("Familielid toevoegen")
    worker.chooses(relation="Kind", age_group="Minderjarig")
    worker.types(name="Kuiken Demo")
    worker.presses("Opslaan")
    worker.goes("Terugkeerplan")
    worker.goes("Een plan beginnen")
    worker.chooses(
        destination="Nigeria", travellers="Kuiken Demo", partner="Nigeria: Harbour House Lagos (demo)",
        guardian_decision="Akkoord",
    )  # fmt: skip
    worker.types(city="Lagos", housing="Kamer bij de partner", reception_verified_on=typed(0))
    worker.presses("Opslaan")
    worker.reads("wacht op goedkeuring door een tweede persoon")
    worker.reads("niet gegeven: er wordt niets verteld")
    worker.goes("Een toestemming vastleggen")
    worker.chooses(ground="Toestemming van de persoon", written="Ja", interpreter="Tolk via telefoon of video")
    worker.types(language="Engels")
    worker.presses("Opslaan")
    worker.reads("Harbour House Lagos (demo)")
    worker.goes("Terugkeerplan")
    assert worker.page.get_by_role("link", name="Lezen en goedkeuren").count() == 0
    worker.goes("Het risico beoordelen")
    worker.chooses(
        likelihood="3, mogelijk",
        impact="3, ernstig",
        residual_likelihood="2, onwaarschijnlijk",
        residual_impact="2, beperkt",
    )
    worker.types(reprisals="De werver woont in een andere stad.", measures="Andere wijk, contact met de partner.")
    worker.presses("Opslaan")

    worker.goes("Merel (demo)")
    worker.goes("Vertrek")
    worker.reads("Laat het terugkeerplan goedkeuren door een tweede persoon.")
    assert worker.page.get_by_role("button", name="Naar de fase Vertrek").count() == 0

    # the second person
    lead = at_screen("teamlead")
    lead.goes("Dossiers")
    lead.page.get_by_label("Naam, nummer of kenmerk").fill("Merel")
    lead.page.get_by_role("search").get_by_role("button", name="Zoeken").click()
    lead.goes(reference)
    lead.goes("Het terugkeerplan wacht op jouw goedkeuring.")
    lead.presses("Dit plan goedkeuren")
    lead.reads("goedgekeurd door Robin de Demo")
    lead.goes("Lezen en beslissen")
    lead.chooses(decision="Gaan met maatregelen")
    lead.types(reason="Met deze maatregelen verantwoord.")
    lead.presses("Deze beslissing vastleggen")
    lead.reads("Gaan met maatregelen, besloten door Robin de Demo")

    # the road home
    worker.goes("Merel (demo)")
    worker.goes("Vertrek")
    worker.presses("Naar de fase Vertrek")
    worker.goes("Reis")
    worker.goes("De reis vastleggen")
    worker.types(booked_for=typed(-1), itinerary="Amsterdam, één overstap.", met_by="Medewerker van de partner")
    worker.presses("Opslaan")
    worker.goes("Opvang")
    worker.goes("De plaatsing beëindigen")
    worker.chooses(departure_reason="Teruggekeerd naar het land van herkomst")
    worker.presses("De plaatsing beëindigen")
    worker.goes("Reis")
    worker.goes("De reis wijzigen")
    worker.types(departed_on=typed(-1), arrived_on=typed(0))
    worker.presses("Opslaan")
    worker.goes("Merel (demo)")
    worker.goes("Re-integratie")
    worker.presses("Naar de fase Re-integratie")

    # follow-up as agreed, to the last
    worker.goes("Nazorg")
    worker.goes("Nazorg plannen")
    for tick in worker.page.locator("main [name=days]").all():
        tick.check()
    worker.presses("Deze plannen")
    for _ in range(4):
        worker.page.get_by_role("link", name="Vastleggen wat eruit kwam").first.click()
        worker.chooses(outcome="De persoon gesproken", safe="Ja", housed="Ja", trafficker_contact="Nee")
        worker.presses("Opslaan")
    assert worker.page.get_by_role("link", name="Vastleggen wat eruit kwam").count() == 0
    worker.goes("Merel (demo)")
    worker.goes("Afgesloten")
    worker.reads("Er staat nog 1 taak open.")  # the reflection period whose end nobody recorded
    worker.chooses(closing_reason="Teruggekeerd, nazorg afgerond")
    worker.types(lapse_reason="Zij is teruggekeerd.")
    worker.presses("Naar de fase Afgesloten")
    worker.reads("Teruggekeerd, nazorg afgerond.")

    # and it is told
    worker.goes("Geschiedenis")
    for deed in (
        "Robin de Demo",
        "keurde het terugkeerplan goed",
        "besliste over het risico bij terugkeer",
        "opende het dossier",
    ):
        worker.reads(deed)
    coordinator.goes("Dashboard")
    assert coordinator.page.locator("tfoot .number").inner_text() == "0"
    case = Case.objects.get()
    assert (case.stage, case.closing_reason) == ("closed", "returned")
