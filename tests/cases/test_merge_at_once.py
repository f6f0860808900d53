"""Two records become one while somebody names the one that goes: whoever comes second waits, and nobody sees an error page."""

import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse

from cases.models import Consent, ReturnPlan
from cases.rules.consent import Purpose
from organisations import sealing
from organisations.actions import merge as merging
from organisations.actions.base import Refused
from organisations.models import Organisation
from tests.cases.test_lock_first import meets, until_it_waits
from tests.cast import assemble, consented, organisation, unseen
from tests.conftest import signed_in

ASKED = {
    "ground": "consent", "given_on": "1-11-2026", "written": "yes", "explained_by": "De tolk", "language": "Yoruba",
    "interpreter": "phone",
}  # fmt: skip


@pytest.fixture
def cast(transactional_db, files_root):
    with sealing.fresh_keys():
        yield assemble()


def twin_of(cast) -> Organisation:
    return organisation("haven-b", country="NG", kind="ngo", visibility="public", services=["reception_on_return"])


def merged(cast, gone: Organisation) -> None:
    merging.merge(kept=cast.partner, other=gone, version=None, seen=None, by=cast.directory)


def given_to(gone: Organisation) -> list[str]:
    return list(
        Consent.objects.filter(recipient__slug__in=["haven", gone.slug]).values_list("recipient__slug", flat=True)
    )


def test_a_consent_that_names_a_record_in_the_moment_in_which_it_goes_is_kept_on_the_page(cast):
    gone, client = twin_of(cast), signed_in(cast.caseworker)
    address = reverse("cases:consent_give", args=[cast.case.reference, Purpose.PARTNER])
    sent, answers = {**unseen(client, address), **ASKED, "recipient": str(gone.pk)}, []
    meets(
        lambda: merged(cast, gone),
        lambda: answers.append(client.post(address, sent, HTTP_ACCEPT_LANGUAGE="en")),
    )
    page = answers[0].content.decode()
    assert (answers[0].status_code, "was merged or taken away at the same moment" in page) == (200, True)
    assert ('value="De tolk"' in page, 'value="Yoruba"' in page) == (True, True)
    assert (given_to(gone), Organisation.objects.filter(pk=gone.pk).exists()) == ([], False)
    # sent again it is a choice that is there no more, and another one is saved
    assert client.post(address, sent).status_code == 200
    assert client.post(address, {**sent, "recipient": str(cast.partner.pk)}).status_code == 302
    assert given_to(gone) == ["haven"]


def test_a_record_that_a_consent_names_since_a_moment_goes_with_the_consent_to_the_other(cast):
    gone = twin_of(cast)
    answer = meets(
        lambda: consented(cast.case, Purpose.PARTNER, gone, by=cast.caseworker),
        lambda: merged(cast, gone),
    )
    assert (answer, given_to(gone)) == ("done", ["haven"])


def test_of_two_who_wait_for_each_other_one_is_told_and_the_other_goes_on(cast):
    gone, answers = twin_of(cast), []
    ReturnPlan.objects.filter(case=cast.case).update(partner=gone)

    def tried(deed) -> None:
        try:
            with sealing.fresh_keys():
                deed()
            answers.append("done")
        except Refused:
            answers.append("refused")

    def merging_them() -> None:
        try:
            tried(lambda: merged(cast, gone))
        finally:
            connection.close()

    thread = threading.Thread(target=merging_them)
    with transaction.atomic():
        list(ReturnPlan.objects.select_for_update(no_key=True).filter(case=cast.case).values_list("pk"))
        thread.start()
        until_it_waits(thread)
        tried(lambda: consented(cast.case, Purpose.PARTNER, gone, by=cast.caseworker))
    thread.join()
    assert sorted(answers) == ["done", "refused"]
