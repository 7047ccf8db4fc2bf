from django.core.management.base import BaseCommand, CommandError

from tinhso.foundation.errors import Problem
from tinhso.identity.commands import set_active
from tinhso.identity.models import User
from tinhso.proof.audit import SYSTEM


class Command(BaseCommand):
    help = "Close every demonstration account, as production asks."

    def handle(self, **options: object) -> None:
        for user in User.objects.filter(demonstration=True, is_active=True).order_by("username"):
            try:
                set_active(actor=SYSTEM, user=user, active=False, reason="tinhso close_demo_accounts")
            except Problem as refused:
                raise CommandError(f"{user.username}: {refused}; `tinhso create_administrator` first") from refused
            self.stdout.write(f"{user.username} closed")
