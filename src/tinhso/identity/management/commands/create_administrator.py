import getpass
import os

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from tinhso.foundation.errors import Problem
from tinhso.identity.commands import create_user, grant_role
from tinhso.proof.audit import SYSTEM


class Command(BaseCommand):
    help = "Create an administrator; the password is asked for, or read from TINHSO_NEW_PASSWORD."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--full-name", default="", help="shown in the log of what they do (default: the user name)")
        parser.add_argument("--email", default="", help="where a forgotten password can be reset")

    def handle(self, *, username: str, full_name: str, email: str, **options: object) -> None:
        password = os.environ.get("TINHSO_NEW_PASSWORD") or getpass.getpass("Password: ")
        try:
            with transaction.atomic():
                user = create_user(
                    actor=SYSTEM, username=username, full_name=full_name or username, email=email, password=password
                )
                grant_role(actor=SYSTEM, user=user, role="administrator", reason="tinhso create_administrator")
        except Problem as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{user.username} is an administrator")
