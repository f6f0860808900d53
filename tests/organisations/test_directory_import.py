"""The directory as a file: what import writes, keeps, skips and refuses, and what export gives back."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.actions import directory_import
from organisations.actions import organisation as actions
from organisations.models import AuditEvent, Organisation, OrganisationChange, OrganisationSource
from organisations.rules.social_map import COLUMNS

ROW = {
    "slug": "animus", "name": "Animus", "local_name": "Анимус", "country": "BG", "city": "Sofia", "latitude": "42.70",
    "longitude": "23.32", "kind": "ngo", "services": "hotline;reintegration", "target_groups": "women", "languages": "bg;en",
    "hotline_phone": "0800 1 8676", "phone": "+359 2 983 52 05", "email": "", "website": "https://animus.example",
    "role_in_return": "Receives people", "role_in_return_nl": "Vangt mensen op", "networks": "La Strada International",
    "source_url": "https://source.example/a", "source_date": "2025-06", "source_confirmed": "yes", "visibility": "public",
}  # fmt: skip


def file_of(path: Path, *rows: dict, without: tuple[str, ...] = ()) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        columns = [name for name in COLUMNS if name in ROW and name not in without]
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows({**ROW, **row} for row in rows)
    return path


def run(path: Path, *, yes: bool = True) -> list[str]:
    out = io.StringIO()
    call_command("import_organisations", str(path), yes=yes, stdout=out, stderr=io.StringIO())
    return out.getvalue().splitlines()


@pytest.mark.django_db
def test_it_shows_first_writes_when_told_and_changes_nothing_the_second_time(tmp_path):
    path = file_of(tmp_path / "map.csv", {})
    assert run(path, yes=False) == [
        "new: animus", "1 rows: 1 new.", "Nothing was written. Answer y, or add --yes.",
    ]  # fmt: skip
    assert Organisation.objects.count() == 0
    assert run(path)[-1] == "Written: 1 new, 0 changed."
    record = Organisation.objects.get()
    assert (record.name, record.services, record.languages, record.networks, str(record.latitude)) == (
        "Animus", ["hotline", "reintegration"], ["bg", "en"], ["La Strada International"], "42.70",
    )  # fmt: skip
    assert (record.verified_on, record.checked, record.role_in_return_nl) == (None, "source", "Vangt mensen op")
    assert list(record.sources.values_list("url", "dated", "confirmed")) == [
        ("https://source.example/a", "2025-06", True)
    ]
    assert run(path) == ["1 rows: 1 unchanged.", "Nothing to write."]
    assert (record.history.count(), AuditEvent.objects.filter(verb="organisations_imported").count()) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("name", "", "name: is empty"),
        ("name", "x" * 201, "name: is longer than 200 characters"),
        ("name", "a\0b", "name: has characters that cannot be read"),
        ("name", "a\u202eb", "name: has invisible signs that turn the direction of reading"),
        ("slug", "te gek", "slug: may hold small letters without accents, digits and hyphens, 80 at most"),
        ("slug", "to-check", "slug: “to-check” is the name of a page"),
        ("slug", "good", "slug: “good” stands in line 2 already"),
        ("country", "XX", "country: “XX” is no code of a country (ISO 3166, as in NL)"),
        ("languages", "en;zzz", "languages: “zzz” is no code of a language (ISO 639, as in en;nl)"),
        ("website", "javascript:alert(1)", "website: is no web address beginning with http:// or https://"),
        ("email", "nobody", "email: is no e-mail address"),
        ("latitude", "52.37021", "latitude: is no number of degrees with at most two decimals, the middle of a city"),
        ("longitude", "", "longitude: latitude and longitude go together"),
        ("source_date", "June", "source_date: is no year, month or day as in 2025, 2025-06 or 2025-06-30"),
        ("source_date", "٢٠٢٥", "source_date: is no year, month or day as in 2025, 2025-06 or 2025-06-30"),
        ("source_date", "9999", "source_date: is still to come"),
        ("source_date", "2025-02-31", "source_date: is no year, month or day as in 2025, 2025-06 or 2025-06-30"),
        ("name", "\u200b", "name: has nothing to read"),
        ("city", "\u3164", "city: has nothing to read"),
        ("name", "Huis\nAnimus", "name: has more than one line, or a tab"),
        ("phone", "call them", "phone: is not one telephone number in digits, as +31 20 123 45 67"),
        ("hotline_phone", "<script>", "hotline_phone: is not one telephone number in digits, as +31 20 123 45 67"),
        ("slug", "Animus", "slug: may hold small letters without accents, digits and hyphens, 80 at most"),
        ("role_in_return", "x" * 200_000, "role_in_return: is longer than 2000 characters"),
        ("source_confirmed", "maybe", "source_confirmed: is neither yes nor no"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_column_and_the_others_go_in(column, cell, reason, tmp_path):
    path = file_of(tmp_path / "map.csv", {"slug": "good"}, {"slug": "bad", column: cell}, {"slug": "last"})
    assert f"refused: line 3, {reason}" in run(path)
    assert set(Organisation.objects.values_list("slug", flat=True)) == {"good", "last"}


@pytest.mark.django_db
@pytest.mark.parametrize("sign", ["\x00", "\u202e", "\x80", "\ufffd"])
def test_a_further_source_with_signs_that_nobody_sees_lets_nothing_in(sign, tmp_path):
    path = file_of(tmp_path / "map.csv", {})
    (tmp_path / "map-sources.csv").write_text(f"slug,further_source_url\nanimus,https://x.example/a{sign}b\n")
    with pytest.raises(CommandError, match="line 2, further_source_url: has signs that nobody sees"):
        run(path)
    assert Organisation.objects.count() == 0


@pytest.mark.django_db
def test_an_export_replaces_a_file_and_nothing_else(tmp_path):
    (tmp_path / "map.csv").mkdir()
    with pytest.raises(CommandError, match="no file that could be replaced"):
        call_command("export_organisations", str(tmp_path / "map.csv"), stdout=io.StringIO())
    assert (tmp_path / "map.csv").is_dir()


@pytest.mark.django_db
def test_a_line_is_counted_as_an_editor_of_text_counts_it(tmp_path):
    path = file_of(tmp_path / "map.csv", {"role_in_return": "One\n\ntwo"}, {"slug": "bad", "country": "XX"})
    head, _newline, rows = path.read_text(encoding="utf-8").partition("\n")
    path.write_text(f"{head}\n\n\n{rows}", encoding="utf-8")
    # the head, two empty lines, three of the first record
    assert any(line.startswith("refused: line 7, country") for line in run(path))


def test_an_import_changes_nothing_that_stands_on_the_page_of_a_verified_record(cast, tmp_path):
    run(file_of(tmp_path / "map.csv", {}))
    row = Organisation.objects.get(slug="animus")
    actions.verify(organisation=row, version=None, by=cast.directory)
    (tmp_path / "map-sources.csv").write_text("slug,further_source_url\nanimus,https://source.example/b\n")
    told = run(
        file_of(
            tmp_path / "map.csv",
            {"services": "shelter", "source_date": "2020", "source_confirmed": "no", "visibility": "internal"},
        )
    )
    assert [line for line in told if line.startswith("changed")] == []
    assert {line.split(",")[1].split(":")[0].strip() for line in told if line.startswith("kept")} == {
        "services", "sources", "visibility",
    }  # fmt: skip
    row.refresh_from_db()
    said = [(source.url, source.dated, source.confirmed) for source in row.sources.all()]
    assert (str(row.latitude), row.visibility, said) == (
        "42.70", "public", [("https://source.example/a", "2025-06", True)],
    )  # fmt: skip


@pytest.mark.django_db
def test_what_no_page_confirms_is_new_for_staff_alone_and_later_shown_to_no_more_people(tmp_path):
    doubtful = {"source_confirmed": "no"}
    run(file_of(tmp_path / "map.csv", {}, {"slug": "weak", **doubtful}))
    assert dict(Organisation.objects.values_list("slug", "visibility")) == {"animus": "public", "weak": "internal"}
    # an editor says that the page of the first confirms nothing: the export of that changes nothing
    Organisation.objects.get(slug="animus").sources.update(confirmed=False)
    call_command("export_organisations", str(tmp_path / "out.csv"), stdout=io.StringIO())
    assert run(tmp_path / "out.csv")[-1] == "Nothing to write."
    run(file_of(tmp_path / "map.csv", doubtful, {"slug": "weak", **doubtful}))
    assert dict(Organisation.objects.values_list("slug", "visibility")) == {"animus": "public", "weak": "internal"}
    run(file_of(tmp_path / "map.csv", {"visibility": "internal", **doubtful}, {"slug": "weak"}))
    assert dict(Organisation.objects.values_list("slug", "visibility")) == {"animus": "internal", "weak": "public"}


@pytest.mark.django_db
def test_an_import_locks_no_record_that_it_does_not_change(tmp_path):
    run(file_of(tmp_path / "map.csv", {}, {"slug": "other"}))
    path = file_of(tmp_path / "map.csv", {}, {"slug": "other", "phone": "+31 20 1234567"}, {"slug": "fresh"})
    with CaptureQueriesContext(connection) as asked:
        assert run(path)[-1] == "Written: 1 new, 1 changed."
    [locking] = [one["sql"] for one in asked if "FOR NO KEY UPDATE" in one["sql"]]
    assert ("'other'" in locking, "'animus'" in locking) == (True, False)


@pytest.mark.django_db
def test_a_public_row_says_nothing_in_one_language_alone(tmp_path):
    one = {"role_in_return_nl": ""}
    path = file_of(tmp_path / "map.csv", one, {"slug": "inside", "visibility": "internal", **one}, {"slug": "whole"})
    assert "refused: line 2, role_in_return_nl: is empty; a public text is needed in both languages" in run(path)
    assert set(Organisation.objects.values_list("slug", flat=True)) == {"inside", "whole"}


@pytest.mark.django_db
def test_a_file_that_is_none_writes_nothing(tmp_path):
    path = tmp_path / "map.csv"
    whole = ",".join(COLUMNS).encode()
    for content, why in (
        (b"slug,name,odd\nx,y,z\n", "first line"), (b"slug,name\n", "first line"), (b"\xff\xfe", "UTF-8"), (b"", "first line"),
        (b'"slug"x,name\n', "line 1"), (whole + b'\nx,y\nx,"y"z\n', "line 3"), (whole + b'\nx,"y\n', "line 2"),
    ):  # fmt: skip
        path.write_bytes(content)
        with pytest.raises(CommandError, match=why):
            run(path)
    assert Organisation.objects.count() == 0


def test_what_a_person_wrote_or_verified_is_kept_and_told(cast, tmp_path):
    path = file_of(tmp_path / "map.csv", {}, {"slug": "other", "name": "Other", "website": ""})
    run(path)
    mine, other = Organisation.objects.get(slug="animus"), Organisation.objects.get(slug="other")
    actions.change(organisation=mine, values={"phone": "112"}, version=None, by=cast.directory)
    actions.verify(organisation=other, version=None, by=cast.directory)
    again = file_of(tmp_path / "map.csv", {"phone": "113", "city": "Plovdiv"}, {"slug": "other", "name": "Renamed"})
    told = run(again)
    assert [line for line in told if line.startswith("kept")] == [
        "kept: animus, phone: “112” (the file says “113”)",
        "kept: other, name: “Other” (the file says “Renamed”)",
        "kept: other, website: “” (the file says “https://animus.example”)",
    ]
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.phone, mine.city, other.name, other.verified_by) == ("112", "Plovdiv", "Other", cast.directory)
    assert OrganisationChange.objects.filter(organisation=mine).order_by("-at").first().fields == {
        "city": ["Sofia", "Plovdiv"]
    }


def test_organisations_that_work_here_are_skipped_and_told(cast, tmp_path):
    before = Organisation.objects.filter(pk=cast.kade.pk).values().get()
    told = run(file_of(tmp_path / "map.csv", {"slug": "kade", "name": "Taken over"}))
    assert told[0] == "skipped: kade (line 2) works in the system itself: skipped"
    assert Organisation.objects.filter(pk=cast.kade.pk).values().get() == before
    assert OrganisationSource.objects.filter(organisation=cast.kade).count() == 0


@pytest.mark.django_db
def test_a_weak_source_is_internal_and_a_shelter_has_no_place_on_a_map(tmp_path):
    run(
        file_of(
            tmp_path / "map.csv",
            {"slug": "weak", "source_url": "unverified", "source_date": "", "source_confirmed": "no"},
            {"slug": "by-kind", "kind": "shelter"}, {"slug": "by-service", "services": "legal_aid;shelter"},
        )
    )  # fmt: skip
    assert {o.slug: (o.visibility, o.latitude is None, o.city) for o in Organisation.objects.all()} == {
        "weak": ("internal", False, "Sofia"), "by-kind": ("public", True, "Sofia"), "by-service": ("public", True, "Sofia"),
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "left_out", "point"),
    [
        # a file that knows of no coordinates, and one that has none for this row
        ({"city": "Varna"}, ("latitude", "longitude"), ""), ({"city": "Varna", "latitude": "", "longitude": ""}, (), ""),
        ({"country": "RO"}, ("latitude", "longitude"), ""), ({"city": "Varna", "latitude": "43.21", "longitude": "27.91"}, (), "43.21, 27.91"),
        ({"services": "shelter"}, ("latitude", "longitude"), ""), ({"phone": "112"}, ("latitude", "longitude"), "42.70, 23.32"),
        ({"phone": "112", "latitude": "42.7"}, (), "42.70, 23.32"),
    ],
)  # fmt: skip
def test_the_point_on_the_map_goes_with_the_city_that_it_was_of(row, left_out, point, tmp_path):
    run(file_of(tmp_path / "map.csv", {}))
    told = run(file_of(tmp_path / "map.csv", row, without=left_out))
    record = Organisation.objects.get()
    assert ("" if record.latitude is None else f"{record.latitude}, {record.longitude}") == point
    moved = [] if point == "42.70, 23.32" else [["42.70, 23.32", point]]
    assert [line for line in told if "point:" in line] == [
        f"changed: animus, point: “{now}” → “{then}”" for now, then in moved
    ]
    change = record.history.order_by("-at", "-id").first()
    assert ([change.fields["point"]] if "point" in change.fields else []) == moved
    lines = [(line["before"], line["after"]) for line in change.lines if line["label"].startswith("Point on the map")]
    assert lines == [tuple(both) for both in moved]


def test_a_point_of_a_city_that_a_person_wrote_goes_when_the_file_puts_it_in_another_country(cast, tmp_path):
    run(
        file_of(tmp_path / "map.csv", {}, {"slug": "other", "city": "Varna", "latitude": "43.21", "longitude": "27.91"})
    )
    mine = Organisation.objects.get(slug="animus")
    actions.change(organisation=mine, values={"city": "Varna"}, version=None, by=cast.directory)
    assert str(Organisation.objects.get(slug="animus").latitude) == "43.21"
    run(file_of(tmp_path / "map.csv", {}))
    assert str(Organisation.objects.get(slug="animus").latitude) == "43.21"
    told = run(file_of(tmp_path / "map.csv", {"country": "RO"}))
    assert "changed: animus, point: “43.21, 27.91” → “”" in told
    assert Organisation.objects.get(slug="animus").latitude is None


@pytest.mark.django_db
def test_stopped_half_way_nothing_of_it_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(directory_import, "AT_ONCE", 2)
    path = file_of(tmp_path / "map.csv", *({"slug": f"row-{number}"} for number in range(5)))
    write, seen = directory_import.save, []

    def killed(found, moment, *, by):
        write(found, moment, by=by)
        seen.append(Organisation.objects.count())
        if len(seen) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(directory_import, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        run(path)
    assert (seen, Organisation.objects.count(), OrganisationSource.objects.count()) == ([2, 4], 0, 0)
    assert not AuditEvent.objects.filter(verb="organisations_imported").exists()


@pytest.mark.django_db
def test_what_export_writes_import_takes_and_nothing_changes(tmp_path):
    file_of(
        tmp_path / "map.csv",
        {"name": "=1+1", "city": "-5", "local_name": "''=odd", "role_in_return": "'''＝twice"},
        {"slug": "two", "source_url": "unverified", "source_confirmed": "no"},
    )
    (tmp_path / "map-sources.csv").write_text("slug,further_source_url\nanimus,https://source.example/b\n")
    run(tmp_path / "map.csv")
    call_command("export_organisations", str(tmp_path / "out.csv"), stdout=io.StringIO())
    rows = {row["slug"]: row for row in csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8"))}
    assert (rows["animus"]["name"], rows["animus"]["city"], rows["two"]["source_url"]) == (
        "'=1+1",
        "'-5",
        "unverified",
    )
    assert "animus,https://source.example/b" in (tmp_path / "out-sources.csv").read_text()
    assert run(tmp_path / "out.csv") == ["2 rows: 2 unchanged.", "Nothing to write."]
    Organisation.objects.all().delete()
    assert run(tmp_path / "out.csv")[-1] == "Written: 2 new, 0 changed."
    animus = Organisation.objects.get(slug="animus")
    assert (animus.name, animus.local_name, animus.role_in_return_en) == ("=1+1", "'=odd", "''＝twice")


@pytest.mark.django_db
def test_the_social_map_of_the_project_goes_in_whole(settings):
    told = run(settings.BASE_DIR / "organisations" / "data" / "social-map.csv")
    assert told[-2:] == ["189 rows: 189 new.", "Written: 189 new, 0 changed."]
    assert Organisation.objects.filter(visibility="internal").count() == 26
    # one of the 68 further sources is the first one of its record
    assert OrganisationSource.objects.count() == 189 + 67


def of_sources(path: Path, *urls: str, slug: str = "animus") -> None:
    """The table of further sources beside a file."""
    lines = "".join(f"{slug},https://source.example/{url}\n" for url in urls)
    path.with_name("map-sources.csv").write_text(f"slug,further_source_url\n{lines}")


def sources_now() -> list[tuple[str, str]]:
    """Each source in the order of the page, and its date."""
    return [
        (source.url.removeprefix("https://source.example/"), source.dated)
        for source in Organisation.objects.get().sources.all()
    ]


@pytest.mark.django_db
def test_sources_come_in_the_order_of_the_file_and_what_it_does_not_name_after_them(tmp_path):
    path = file_of(tmp_path / "map.csv", {})
    of_sources(path, "b", "c")
    run(path)
    assert sources_now() == [("a", "2025-06"), ("b", ""), ("c", "")]
    # another first source, and one that was further: whichever comes first in the alphabet says nothing
    told = run(file_of(path, {"source_url": "https://source.example/z", "source_date": "2026"}))
    assert [line for line in told if "source" in line] == [
        "changed: animus, first source: https://source.example/z 2026",
        "changed: animus, further source: https://source.example/a 2025-06",
    ]
    assert sources_now() == [("z", "2026"), ("b", ""), ("c", ""), ("a", "2025-06")]
    of_sources(path, "z", "c")
    run(file_of(path, {"source_url": "https://source.example/b", "source_date": "2024"}))
    assert sources_now() == [("b", "2024"), ("z", "2026"), ("c", ""), ("a", "2025-06")]
    assert run(path) == ["1 rows: 1 unchanged.", "Nothing to write."]
    # a file that tells of no first source leaves the first one
    of_sources(path, "c", "b")
    run(file_of(path, {}, without=("source_url", "source_date", "source_confirmed")))
    assert sources_now() == [("b", "2024"), ("c", ""), ("z", "2026"), ("a", "2025-06")]


def test_a_source_that_an_import_changes_is_told_in_the_history(cast, client_of, tmp_path):
    path = file_of(tmp_path / "map.csv", {})
    run(path)
    told = run(
        file_of(path, {"source_url": "https://source.example/z", "source_confirmed": "no", "visibility": "internal"})
    )
    assert [line for line in told if "source" in line] == [
        "changed: animus, first source: https://source.example/z 2025-06",
        "changed: animus, further source: https://source.example/a 2025-06",
    ]
    run(file_of(path, {"source_url": "https://source.example/z", "source_date": "2026", "visibility": "public"}))
    record = Organisation.objects.get(slug="animus")
    assert [
        (change.deed, change.by, change.fields["sources"])
        for change in record.history.filter(fields__has_key="sources").order_by("at")
    ] == [
        ("imported", None, [
            ["https://source.example/a 2025-06"],
            ["https://source.example/z 2025-06 ?", "https://source.example/a 2025-06"],
        ]),
        ("imported", None, [
            ["https://source.example/z 2025-06 ?", "https://source.example/a 2025-06"],
            ["https://source.example/z 2026", "https://source.example/a 2025-06"],
        ]),
    ]  # fmt: skip
    assert run(path)[-1] == "Nothing to write."
    # nothing but a source
    of_sources(path, "b")
    run(path)
    last = record.history.order_by("-at", "-id").first()
    assert last.fields == {
        "sources": [
            ["https://source.example/z 2026", "https://source.example/a 2025-06"],
            ["https://source.example/z 2026", "https://source.example/b", "https://source.example/a 2025-06"],
        ]
    }
    page = reverse("organisations:organisation_history", args=["animus"])
    for language, words in (
        ("nl", ["Een opdracht op de server: uit een openbare bron overgenomen", "Bronnen"]),
        ("en", ["A command on the server: imported from a public source", "Sources"]),
    ):
        shown = client_of("directory").get(page, HTTP_ACCEPT_LANGUAGE=language).content.decode()
        assert [word for word in [*words, "https://source.example/b"] if word not in shown] == []
