"""Filing at the counter by a clerk's own program: the forms and the rules of the counter's page."""

from __future__ import annotations

from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

from django.core.files.base import ContentFile
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja import Router, Schema, Status
from pydantic import Field

from tinhso.foundation.access import check
from tinhso.foundation.errors import Invalid, problems
from tinhso.government.services.filing.api import (
    FiledOut,
    FilingIn,
    Key,
    decoded,
    filed,
    open_version,
    raw_filing,
    require,
)
from tinhso.government.services.filing.commands.direct import file_at_counter
from tinhso.government.services.filing.views_counter import Counter

router = Router(tags=["services"])


class HandedPaperIn(Schema):
    """A paper handed over the counter or sent by post; without `content` it is scanned later."""

    document: str = Field(max_length=40, description="code of a paper the procedure asks for")
    kind: str = Field("original", max_length=12, description="kind of copy")
    name: str = Field("", max_length=200, description="file name of the scan")
    content: str = Field("", description="the scan's bytes in base64; empty while it is not scanned")


class CounterFilingIn(FilingIn):
    """`received`: uid of the clerk's agency, anywhere in the province, whichever agency is competent."""

    channel: Literal["counter", "post"] = "counter"
    received: str = Field(max_length=80)
    papers: list[HandedPaperIn] = Field([], max_length=20)  # type: ignore[assignment]


@router.post(
    "/counter/dossiers",
    response={200: FiledOut, 201: FiledOut},
    summary="File a dossier for somebody at the counter",
    openapi_extra=problems(403, 404, 409),
)
def file_for(
    request: HttpRequest,
    given: CounterFilingIn,
    idempotency_key: Key,
) -> Status:
    """By a clerk, once per key: sent again it answers 200 with the dossier the first one made."""
    user = request.auth  # type: ignore[attr-defined]
    check(user, "services.receive")
    version = open_version(user, given.procedure)
    page = Counter(user, version, *_sent(given, user, idempotency_key, version.definition), submitted=True)
    for form in page.all:
        require(form, "answers." if form is page.answers else "")
    key = f"api:{user.pk}:{idempotency_key}"
    handed = page.papers.handed(page.papers.cleaned_data)
    filing = page.filing(version)
    return filed(file_at_counter(filing=filing, handed=handed, actor=user.actor(), key=key, user=user))


def _sent(given: CounterFilingIn, user: Any, key: str, definition: Any) -> tuple[dict[str, str], MultiValueDict]:
    """What the page would have posted: fields, and scans by paper."""
    raw = raw_filing(definition, given)
    raw |= {"counter-channel": given.channel, "counter-received": given.received}
    raw["counter-key"] = str(uuid5(NAMESPACE_URL, f"{user.pk}:{key}"))
    known = {item["code"]: item for item in definition.content["documents"]} | {"representation": None}
    scans: MultiValueDict = MultiValueDict()
    for index, paper in enumerate(given.papers):
        if paper.document not in known:
            raise Invalid(paper.document, place=f"papers.{index}.document", mend=", ".join(known))
        name = f"papers-{paper.document}"
        raw |= {f"{name}__given": "on", f"{name}__kind": paper.kind}
        if paper.content:
            content = decoded(paper.content, f"papers.{index}")
            scans.appendlist(f"{name}__files", ContentFile(content, name=paper.name or paper.document))
    return raw, scans
