"""People, agencies and how people prove who they are."""

from tinhso.identity.models.agencies import Agency, AgencySuccession
from tinhso.identity.models.people import Deputation, Mandate, RoleGrant, User
from tinhso.identity.models.sign_in import ApiToken, RateLimit, RecoveryCode, TotpDevice

__all__ = [
    "Agency",
    "AgencySuccession",
    "ApiToken",
    "Deputation",
    "Mandate",
    "RateLimit",
    "RecoveryCode",
    "RoleGrant",
    "TotpDevice",
    "User",
]
