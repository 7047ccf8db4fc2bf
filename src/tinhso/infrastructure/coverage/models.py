"""How fast people measure their connection to be, and the level of service the province wants everyone to have."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q

from tinhso.foundation.text import Text
from tinhso.foundation.versioned import Versioned, VersionedQuerySet, interval_ordered, one_current

PLACED = {
    "code": Text("mã đơn vị trong tệp", "unit code in the file"),
    "polygon": Text("ranh giới", "boundary"),
    "cell": Text("ô gần đúng", "approximate cell"),
}


class SpeedTestQuerySet(VersionedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """A test says in which commune somebody measured on which day, no nearer: open to everyone."""
        return self


class SpeedTest(Versioned):
    """One measurement of a broadband connection. `valid_from` is the day of the test.

    Rates in kbit/s, round trip in microseconds. Of the place only the unit is kept: a point would be somebody's home.
    `publisher`: who measured; `test_id`: their own number of the test.
    """

    publisher = models.CharField(max_length=100)
    test_id = models.CharField(max_length=100)
    unit_uid = models.CharField(max_length=40, db_index=True)
    placed = models.CharField(max_length=8)
    download_kbps = models.PositiveIntegerField()
    upload_kbps = models.PositiveIntegerField(null=True)
    latency_us = models.PositiveIntegerField(null=True)
    demonstration = models.BooleanField(default=False)

    objects = SpeedTestQuerySet.as_manager()

    class Meta:
        constraints = [
            one_current("coverage_test_once", "publisher", "test_id"),
            models.CheckConstraint(condition=Q(placed__in=list(PLACED)), name="coverage_test_placed"),
        ]
        indexes = [models.Index(fields=["valid_from"], name="coverage_test_day")]

    def __str__(self) -> str:
        return f"{self.publisher} {self.test_id}"


class ServiceLevelQuerySet(VersionedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """What is promised is everybody's to know."""
        return self


class ServiceLevel(Versioned):
    """What a connection must reach in [valid_from, valid_to), and which share of a unit's tests must reach it.

    `basis`: the decision or standard it rests on.
    """

    download_kbps = models.PositiveIntegerField()
    upload_kbps = models.PositiveIntegerField()
    latency_us = models.PositiveIntegerField()
    share_permille = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=500)
    demonstration = models.BooleanField(default=False)
    set_by = models.CharField(max_length=80)
    set_by_name = models.CharField(max_length=200)

    objects = ServiceLevelQuerySet.as_manager()

    class Meta:
        constraints = [
            one_current("coverage_level_once", "valid_from"),
            interval_ordered("coverage_level_interval"),
            models.CheckConstraint(condition=Q(share_permille__range=(1, 1000)), name="coverage_level_share"),
            models.CheckConstraint(
                condition=Q(download_kbps__gt=0, upload_kbps__gt=0, latency_us__gt=0), name="coverage_level_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.download_kbps // 1000}/{self.upload_kbps // 1000} Mbit/s"
