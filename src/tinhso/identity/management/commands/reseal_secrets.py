from django.core.management.base import BaseCommand

from tinhso.identity.commands import reseal_secrets
from tinhso.proof.audit import SYSTEM


class Command(BaseCommand):
    help = "After changing TINHSO_SECRET_KEY: encrypt authenticator secrets with the new key."

    def handle(self, **options: object) -> None:
        self.stdout.write(f"{reseal_secrets(actor=SYSTEM)} authenticator secrets under the present key")
