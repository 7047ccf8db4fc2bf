"""The sequencer's turn: whoever numbers entries or changes the log's keys holds it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Conflict
from tinhso.foundation.locks import exclusive


@contextmanager
def only_one(wait: float) -> Iterator[None]:
    """Hold the sequencer's lock; Conflict when another still holds it after `wait` seconds."""
    deadline = time.monotonic() + wait
    while True:
        with exclusive("sequencer") as held:
            if held:
                yield
                return
        if time.monotonic() >= deadline:
            raise Conflict(_("Một bộ đánh số khác đang chạy."), place="sequencer", mend=_("Đợi nó xong, hoặc dừng nó."))
        time.sleep(0.02)
