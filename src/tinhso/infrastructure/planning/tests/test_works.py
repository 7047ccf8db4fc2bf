"""From approval to cable in service: the network's record, the indicator, undoing, surveys."""

import base64
from datetime import date, timedelta
from io import StringIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.utils import timezone

from tinhso.files.imports import ImportRefused, undo_last_import
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Forbidden, Invalid
from tinhso.infrastructure.network.importers import OFDS
from tinhso.infrastructure.network.models import Network, Span
from tinhso.infrastructure.network.ofds.jsontext import dumps
from tinhso.infrastructure.network.ofds.reader import read
from tinhso.infrastructure.planning import drawing
from tinhso.infrastructure.planning.commands import surveys, works
from tinhso.infrastructure.planning.models import Survey, WorksStep
from tinhso.infrastructure.planning.rules import on_time
from tinhso.infrastructure.planning.states import state_of
from tinhso.infrastructure.planning.storing import prefix
from tinhso.infrastructure.planning.tests import recipes
from tinhso.measures.contract import RATIO, ScopeAt, Value, indicators
from tinhso.proof.commands import register_key
from tinhso.proof.keys import write_secret
from tinhso.proof.models import AuditRecord
from tinhso.proof.notes import Signer

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
COVER = {"question": "cover", "protect": "", "target": "units", "scope": "unit:359"}


@pytest.fixture
def phase(found_phase):
    works.approve(actor=recipes.LEADER, phase=found_phase, due_on=today())
    return found_phase


def statuses(network: Network, day=None) -> set[str]:
    return set(
        Span.objects.filter(network=network, element_id__startswith="p")
        .as_of(day or today())
        .values_list("status", flat=True)
    )


def on_time_now() -> Value:
    item = indicators["planning.delivered_on_time"]
    inputs = item.gather(ScopeAt("signing-province", today(), timezone.now()))
    return Value.of(RATIO, item.count(inputs))


def test_a_phase_is_approved_built_and_seen_in_network_and_indicator(found_phase, monkeypatch):
    network = found_phase.result.run.plan.network
    assert state_of(found_phase).ofds == "proposed"
    with pytest.raises(Conflict):
        works.start_construction(actor=recipes.ENGINEER, phase=found_phase, on_day=today())
    works.approve(actor=recipes.LEADER, phase=found_phase, due_on=today(), remark="vốn 2026")
    assert state_of(found_phase).ofds == "planned" and statuses(network) == set()
    assert on_time_now().numerator == 0 and on_time_now().denominator == found_phase.metres
    works.start_construction(actor=recipes.ENGINEER, phase=found_phase, on_day=today() - timedelta(days=2))
    assert state_of(found_phase).ofds == "underConstruction" and statuses(network) == {"underConstruction"}
    with pytest.raises(Conflict):
        works.withdraw(actor=recipes.LEADER, phase=found_phase, remark="thôi")
    works.complete(actor=recipes.ENGINEER, phase=found_phase, on_day=today())
    assert state_of(found_phase).ofds == "operational" and statuses(network) == {"operational"}
    assert statuses(network, today() - timedelta(days=1)) == {"underConstruction"}
    assert on_time_now().fraction == 1
    with pytest.raises(Conflict):
        works.complete(actor=recipes.ENGINEER, phase=found_phase, on_day=today())
    undo_last_import(actor=recipes.ENGINEER, importer=OFDS)
    assert state_of(found_phase).ofds == "underConstruction" and on_time_now().fraction == 0
    assert WorksStep.objects.count() == 2
    works.complete(actor=recipes.ENGINEER, phase=found_phase, on_day=today())
    assert state_of(found_phase).ofds == "operational"


def test_days_that_cannot_be_are_refused(phase):
    for day in (today() + timedelta(days=1), recipes.BEGIN - timedelta(days=1)):
        with pytest.raises(Invalid):
            works.start_construction(actor=recipes.ENGINEER, phase=phase, on_day=day)
    with pytest.raises(Invalid):
        works.approve(actor=recipes.LEADER, phase=phase, due_on=date(2020, 1, 1))
    works.withdraw(actor=recipes.LEADER, phase=phase, remark="hết vốn")
    assert on_time_now().denominator == 0
    with pytest.raises(Conflict):
        works.withdraw(actor=recipes.LEADER, phase=phase, remark="hết vốn")


def test_a_plan_leaves_as_a_valid_document_of_the_standard(phase):
    result = phase.result
    made = drawing.document(result, prefix(result.run))
    told = read(dumps(made).encode())
    assert not told.errors, told.faults
    (network,) = told.networks
    planned = [row for row in network.spans if row["status"] == "planned"]
    assert len(planned) == phase.spans == len(network.spans)
    assert drawing.geojson(result, prefix(result.run))["type"] == "FeatureCollection"


def started(phase):
    works.start_construction(actor=recipes.ENGINEER, phase=phase, on_day=today())
    return [span.span_id for span in phase.built_spans.all()]


def survey_csv(span_ids) -> bytes:
    first, second = span_ids[:2]
    rows = ["span_id,built,length_m,fibre_count,method,wkt"]
    rows.append(f'{first},true,4321,96,buried,"LINESTRING (106.05 20.41, 106.06 20.42)"')
    rows.append(f"{second},false,,,,")
    return "\n".join(rows).encode()


def test_a_survey_signed_by_a_registered_key_says_what_was_built(phase, tmp_path):
    first, second, *rest = started(phase)
    raw = survey_csv([first, second])
    signer = Signer.make("viettel.vn/hoan-cong")
    register_key(actor=recipes.LEADER, verifier=str(signer.verifier), owner="viettel", role="operator")
    file, key, said = tmp_path / "hoan-cong.csv", tmp_path / "key", StringIO()
    file.write_bytes(raw)
    write_secret(key, signer.secret() + "\n", fresh_only=True)
    call_command("sign_file", str(file), "--key", str(key), stdout=said)
    signature = said.getvalue()
    kept = surveys.import_survey(
        actor=recipes.ENGINEER, phase=phase, raw=raw, source_name="hoan-cong.csv", signature=signature
    )
    assert (kept.signed_by, kept.signer) == ("key", str(signer.verifier)) and kept.spans.count() == 2
    works.complete(actor=recipes.ENGINEER, phase=phase, on_day=today(), survey=kept)
    network = phase.result.run.plan.network
    now = Span.objects.filter(network=network).as_of(today())
    assert now.get(element_id=first).length_m == 4321 and '"fibreCount":96' in now.get(element_id=first).data
    assert not now.filter(element_id=second).exists() and now.filter(element_id=rest[0]).exists()
    assert on_time_now().numerator == phase.metres - sum(
        span.length_m for span in phase.built_spans.all() if span.span_id == second
    )


@pytest.mark.parametrize(("name", "said"), [("key", "missing.csv"), ("no-key", "no-key"), ("other", "PRIVATE")])
def test_signing_says_in_one_line_what_is_missing(tmp_path, name, said):
    for written, content in (("key", Signer.make("viettel.vn/hoan-cong").secret()), ("other", "x")):
        write_secret(tmp_path / written, content + "\n", fresh_only=True)
    with pytest.raises(CommandError, match=said):
        call_command("sign_file", str(tmp_path / "missing.csv"), "--key", str(tmp_path / name))


def test_unsigned_and_wrongly_signed_surveys_are_refused_and_the_refusal_recorded(phase):
    raw = survey_csv(started(phase))
    stranger = Ed25519PrivateKey.generate().sign(raw)
    for given, error in (
        ({}, "wrong-signature"),
        ({"signature": base64.b64encode(stranger).decode()}, "wrong-signature"),
        ({"signature": "không phải"}, "wrong-signature"),
        ({"confirmed_sha256": "0" * 64, "may_confirm": True}, "wrong-signature"),
        ({"confirmed_sha256": "0" * 64}, "forbidden"),
    ):
        with pytest.raises((Invalid, Forbidden)) as refused:
            surveys.import_survey(actor=recipes.ENGINEER, phase=phase, raw=raw, source_name="a.csv", **given)
        assert refused.value.code == error
    assert not Survey.objects.exists()
    assert AuditRecord.objects.filter(verb="planning.refuse_survey").count() == 5


def test_a_survey_confirmed_by_the_operators_office_records_its_hash(phase):
    import hashlib

    raw = survey_csv(started(phase))
    sha256 = hashlib.sha256(raw).hexdigest()
    given = {"actor": recipes.LEADER, "phase": phase, "raw": raw, "source_name": "a.csv"}
    kept = surveys.import_survey(**given, confirmed_sha256=sha256, may_confirm=True)
    assert (kept.signed_by, kept.sha256) == ("account", sha256)
    with pytest.raises(Conflict):
        surveys.import_survey(**given, confirmed_sha256=sha256, may_confirm=True)


def test_every_bad_row_of_a_survey_is_named(phase):
    import hashlib

    known = started(phase)[0]
    raw = f"span_id,built,length_m,wkt\nla,true,5,\n{known},có,5,\n{known},true,-1,\n{known},,,POINT (1 2)\n".encode()
    with pytest.raises(ImportRefused) as refused:
        surveys.import_survey(
            actor=recipes.ENGINEER,
            phase=phase,
            raw=raw,
            source_name="a.csv",
            confirmed_sha256=hashlib.sha256(raw).hexdigest(),
            may_confirm=True,
        )
    assert [finding.place for finding in refused.value.findings] == ["dòng 2", "dòng 3", "dòng 4", "dòng 5"]


def test_the_rule_counts_metres_by_the_due_day():
    spans = [
        {"span": "a", "metres": 700, "status_on_due_day": "operational", "status": "operational"},
        {"span": "b", "metres": 300, "status_on_due_day": "underConstruction", "status": "operational"},
        {"span": "c", "metres": 0, "status_on_due_day": "absent", "status": "absent"},
    ]
    inputs = {
        "as_of": "2026-06-30",
        "phases": [
            {"phase": "p/1", "due_on": "2026-06-30", "spans": spans},
            {"phase": "p/2", "due_on": "2026-07-01", "spans": spans},
        ],
    }
    (row,) = on_time.count(inputs)
    assert (row["numerator"], row["denominator"], row["metres_late"], row["spans_without_length"]) == (
        700,
        1000,
        300,
        1,
    )
    assert row["state"] == "partial"
