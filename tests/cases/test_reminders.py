"""The morning mail may be stopped at any moment: nothing missed, nothing twice, nothing about anybody in it."""

import io
import threading

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from cases.actions import reminder
from cases.models import Reminder, Task
from cases.reminders import mail_for
from organisations import sealing
from tests.cast import DAY, assemble, new_case

pytestmark = pytest.mark.django_db


def run(*arguments) -> str:
    said = io.StringIO()
    call_command("send_reminders", *arguments, stdout=said)
    return said.getvalue()


def sent_to() -> list[str]:
    return sorted(message.to[0].split("@")[0] for message in mail.outbox)


def test_everybody_with_something_due_gets_one_mail_a_day(cast):
    run()
    # the care coordinator and the former participant have nothing due
    assert sent_to() == ["caseworker", "former", "moonlighter", "oever-lead", "outsider", "teamlead"]
    run()
    assert len(mail.outbox) == 6


def test_the_mail_counts_and_says_nothing_else(cast):
    Task.objects.filter(pk=cast.rows["task"].pk).update(due_on=timezone.localdate() - DAY)
    run()
    body = next(m.body for m in mail.outbox if m.to == ["caseworker@example.test"])
    assert [line for line in body.splitlines() if line] == [
        "Goedemorgen,", "1 taak is te laat.", "Log in om te zien welke: http://127.0.0.1:8000/my-day/",
        "In deze e-mail staat nooit iets over een persoon.",
    ]  # fmt: skip
    everything = " ".join(m.subject + m.body for m in mail.outbox)
    assert [word for word in ("Vogel", "school", cast.case.reference, "Zaak van") if word in everything] == []


def test_a_stored_language_is_the_language_of_the_mail(cast):
    cast.caseworker.language = "en"
    cast.caseworker.save()
    run()
    assert {m.to[0]: m.subject for m in mail.outbox}["caseworker@example.test"] == "Your day in returnsupport"


@pytest.mark.parametrize("stops_at", range(5))
def test_stopped_at_any_mail_it_goes_on_where_it_was(stops_at, cast, monkeypatch):
    send, tried = mail.EmailMessage.send, []

    def broken(self, *args, **kwargs):
        tried.append(self.to)
        if len(tried) == stops_at + 1:
            raise KeyboardInterrupt
        return send(self, *args, **kwargs)

    monkeypatch.setattr(mail.EmailMessage, "send", broken)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert len(mail.outbox) == stops_at
    run()
    assert sent_to() == ["caseworker", "former", "moonlighter", "oever-lead", "outsider", "teamlead"]
    assert not Reminder.objects.filter(sent_at=None).exists()


def test_the_same_mail_has_the_same_message_id(cast):
    reminder.write_down(timezone.localdate())
    row = Reminder.objects.get(user=cast.caseworker)
    assert mail_for(row).message()["Message-ID"] == mail_for(row).message()["Message-ID"]


def test_tasks_are_read_off_again_every_night(cast):
    Task.objects.filter(case=cast.case).exclude(cause="manual").delete()
    assert run("--only-refresh").startswith("Tasks of ")
    assert sorted(cast.case.task_set.values_list("cause", flat=True)) == ["follow_up", "manual", "plan", "risk"]
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_each_mail_once():
    with sealing.fresh_keys():
        cast = assemble()
        new_case(cast.colleague)
    day = timezone.localdate()
    reminder.write_down(day)
    start, done = threading.Barrier(3), []

    def send():
        with sealing.fresh_keys():
            start.wait()
            while (sent := reminder.send_next(day, mail_for)) is not None:
                done.append(sent)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sent_to() == ["caseworker", "colleague", "former", "moonlighter", "oever-lead", "outsider", "teamlead"]
    assert sum(done) == 7
