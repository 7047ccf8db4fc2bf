import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from tinhso.foundation.errors import TooMany
from tinhso.identity.limits import client_address, forgive, hit, purge
from tinhso.identity.models import RateLimit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_the_try_after_the_limit_is_refused_with_the_wait():
    assert [hit("t", "a", limit=3, seconds=600) for _n in range(3)] == [1, 2, 3]
    with pytest.raises(TooMany) as refused:
        hit("t", "a", limit=3, seconds=600)
    assert refused.value.status == 429 and "phút" in refused.value.mend


def test_subjects_and_names_count_apart_and_a_success_forgives():
    for _n in range(3):
        hit("t", "a", limit=3, seconds=600)
    assert hit("t", "b", limit=3, seconds=600) == 1
    assert hit("u", "a", limit=3, seconds=600) == 1
    forgive("t", "a")
    assert hit("t", "a", limit=3, seconds=600) == 1


def test_the_table_names_nobody_and_old_windows_are_forgotten():
    hit("sign-in", "lan@example.vn", limit=3, seconds=60)
    assert "lan" not in RateLimit.objects.get().key_hash
    assert purge() == 0
    assert purge(timezone.now() + timedelta(minutes=3)) == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_are_all_counted():
    """As several web processes do: no two tries read the same count."""
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("an in-memory SQLite database has one connection")
    counts: list[int] = []

    def tries() -> None:
        counts.extend(hit("t", "many", limit=1000, seconds=3600) for _n in range(10))
        connection.close()

    threads = [threading.Thread(target=tries) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == list(range(1, 41))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 192.0.2.1", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
    ],
)
def test_a_client_cannot_forge_its_address(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address
