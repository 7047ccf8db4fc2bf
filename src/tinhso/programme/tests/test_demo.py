"""The demonstration is labelled as such, and making it again changes nothing."""

from datetime import date

import pytest

from tinhso.programme import demo
from tinhso.programme.models import Appraisal, Claim, Review, ReviewSignature
from tinhso.programme.reviews import BOTH, signing_of
from tinhso.programme.tests import recipes

pytestmark = pytest.mark.django_db
DAY = date(2021, 12, 31)


@pytest.fixture(autouse=True)
def accounts(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.SECOND_FACTOR_ROLES = []
    recipes.two_agencies()
    for side, agency in (("province", recipes.PROVINCE_AGENCY), ("operator", recipes.OPERATOR_AGENCY)):
        user = recipes.person(demo.ACCOUNTS[side], f"programme_{side}", agency)
        user.demonstration = True
        user.save()


def test_everything_made_up_says_so():
    for _again in range(2):
        demo.run("36", DAY, lambda line: None)
        demo.review("36", DAY, lambda line: None)
    assert Claim.objects.count() == Claim.objects.filter(demonstration=True).count() == len(demo.STATED)
    assert Appraisal.objects.filter(demonstration=True).count() == len(demo.STATED)
    review = Review.objects.known_at().get()
    assert review.demonstration and signing_of(review).state == BOTH and ReviewSignature.objects.count() == 2


def test_another_province_has_no_agreement_shipped():
    told: list[str] = []
    demo.run("01", DAY, told.append)
    demo.review("01", DAY, told.append)
    assert "import_agreement" in told[0] and not Review.objects.exists()


def test_panels_and_search(client):
    demo.run("36", DAY, lambda line: None)
    recipes.measured(recipes.FIBRE, "2020-12-31", 226, 226)
    from tinhso.programme import panels, queries, search

    figure = panels.commitments(None, indicator=recipes.FIBRE, scope=recipes.SCOPE, day=DAY)
    assert [item.commitment.uid for item in figure["items"]] == ["fibre-communes"]
    view = queries.view_of(queries.agreements(DAY)[0], DAY)
    assert panels.agreement(None, view=view) == {"view": view} and view.headlines
    assert panels.agreement(None, view=None) is None
    hits = list(search.commitments("cap quang den 100%", None, 5))
    assert hits[0].url == "/cam-ket/fibre-communes/"
    assert list(search.agreements("vien thong", None, 5)) and not list(search.agreements("", None, 5))
