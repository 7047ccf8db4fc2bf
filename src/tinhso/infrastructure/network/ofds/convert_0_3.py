"""From 0.3 to 0.4. What 0.3 called the owner of the passive infrastructure owns, by its definition, both the medium
(dark fibre) and what carries it (ducts, sites): 0.4 names the two apart, so both are set.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from tinhso.infrastructure.network.ofds.faults import CONVERSION, Faults
from tinhso.infrastructure.network.ofds.schema import SCHEMA_0_4

OLD = re.compile(r"0__3__|/0[._]3[/_.]")


def described_by(network: Any) -> str:
    """The address of the schema a network says it follows, or empty."""
    links = network.get("links") if isinstance(network, dict) else None
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "describedby" and isinstance(link.get("href"), str):
            return link["href"]
    return ""


def convert(package: Any, faults: Faults) -> None:
    """Change the 0.3 networks of a package into 0.4, in place, listing every change."""
    networks = package.get("networks") if isinstance(package, dict) else None
    for index, network in enumerate(networks if isinstance(networks, list) else []):
        if OLD.search(described_by(network)):
            _network(network, f"/networks/{index}", faults)


def _network(network: dict[str, Any], place: str, faults: Faults) -> None:
    for index, link in enumerate(network["links"]):
        if isinstance(link, dict) and link.get("rel") == "describedby":
            link["href"] = SCHEMA_0_4
            faults.add(
                "0.3-schema", f"{place}/links/{index}/href", _("Chuyển từ chuẩn 0.3 sang 0.4."), level=CONVERSION
            )
    for name in ("nodes", "spans"):
        elements = network.get(name)
        for index, element in enumerate(elements if isinstance(elements, list) else []):
            if isinstance(element, dict):
                _provider(element, f"{place}/{name}/{index}", faults)
                _deployment(element, f"{place}/{name}/{index}", faults)


def _provider(element: dict[str, Any], place: str, faults: Faults) -> None:
    if "physicalInfrastructureProvider" not in element:
        return
    provider = element.pop("physicalInfrastructureProvider")
    element.setdefault("transmissionMediumOwner", provider)
    support = element.setdefault("supportingInfrastructure", {})
    if isinstance(support, dict):
        support.setdefault("owner", dict(provider) if isinstance(provider, dict) else provider)
    faults.add(
        "0.3-provider",
        f"{place}/physicalInfrastructureProvider",
        _("physicalInfrastructureProvider thành transmissionMediumOwner và supportingInfrastructure.owner."),
        level=CONVERSION,
    )


def _deployment(element: dict[str, Any], place: str, faults: Faults) -> None:
    details = element.get("deploymentDetails")
    support = element.get("supportingInfrastructure", {})
    if not isinstance(details, dict) or not isinstance(support, dict) or "description" in support:
        return
    if isinstance(details.get("description"), str) and details["description"]:
        element.setdefault("supportingInfrastructure", support)["description"] = details.pop("description")
        if not details:
            del element["deploymentDetails"]
        faults.add(
            "0.3-deployment",
            f"{place}/deploymentDetails",
            _("deploymentDetails.description thành supportingInfrastructure.description."),
            level=CONVERSION,
        )
