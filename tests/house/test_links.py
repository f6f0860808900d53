"""The main navigation is drawn once for all who have the same roles: nobody gets the links of another."""

import re

from django.urls import reverse


def links(client, language: str) -> list[str]:
    page = client.get(
        reverse("organisations:organisation_list"), headers={"accept-language": language}
    ).content.decode()
    nav = re.search(r'<nav class="top-links".*?</nav>', page, re.S)
    return re.findall(r">([^<>]+)</a>", nav.group())


CASEWORKER = ["My day", "Tonight", "Cases", "New case", "Organisations", "Who looked"]
COORDINATOR = ["Cases", "New case", "Placement board", "Dashboard", "Organisations"]
EDITOR = ["Organisations"]


def test_each_sees_their_own_links_in_their_own_language(client_of):
    people = ["caseworker", "coordinator", "directory", "visitor"]
    for _ in range(2):
        found = {who: links(client_of(who), "en") for who in people}
        assert found["caseworker"] == CASEWORKER
        assert found["coordinator"] == COORDINATOR
        assert found["directory"] == EDITOR
        assert found["visitor"] == ["Organisations"]
        assert links(client_of("caseworker"), "nl")[:3] == ["Mijn dag", "Vannacht", "Dossiers"]
