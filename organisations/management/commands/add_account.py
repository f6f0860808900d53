"""The first account of a real installation, the first team lead of an organisation, and any other role."""

import getpass
import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import override

from organisations.actions import accounts
from organisations.actions import organisation as directory
from organisations.actions.base import Refused
from organisations.models import Organisation, User
from organisations.roles import Role


class Command(BaseCommand):
    help = (
        "Add an account with a role at an organisation, which is added too if it is not there yet. "
        "An account that is there gets the role besides; nobody has to confirm it."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="the person's name, as colleagues see it")
        parser.add_argument("--organisation", required=True, help="name or slug of the organisation")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--language", default="", choices=["", "nl", "en"])
        parser.add_argument(
            "--national-register", action="store_true", help="this organisation keeps the national register (CoMensha)"
        )
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def handle(self, *args, **options) -> None:
        user = accounts.account_of(options["email"])
        password = ""
        if user is None:
            password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else asked()
        try:
            with transaction.atomic(), override("en"):
                user = user or accounts.add(
                    email=options["email"],
                    name=options["name"],
                    password=password,
                    language=options["language"],
                    by=None,
                )
                organisation = found_or_added(options["organisation"], by=user, national=options["national_register"])
                accounts.begin_membership(user=user, organisation=organisation, role=Role(options["role"]), by=None)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user.email} can sign in as {Role(options['role']).label} of {organisation.name}.")


def asked() -> str:
    password = getpass.getpass("Password (12 characters or more): ")
    if password != getpass.getpass("Once more: "):
        raise CommandError("The two passwords differ; nothing was added.")
    return password


def found_or_added(name: str, *, by: User, national: bool) -> Organisation:
    organisation = Organisation.objects.filter(slug=name).first() or Organisation.objects.filter(name=name).first()
    if organisation is None:
        values = {"name": name, "country": "NL", "kind": "other", "registers_nationally": national}
        organisation = directory.add(values=values, submission=None, by=by)
    return organisation
