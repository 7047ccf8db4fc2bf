"""The writes of the programme: page, API, demonstration and importer call these."""

from tinhso.programme.commands.agreements import end_commitment, save_agreement, save_commitment
from tinhso.programme.commands.parties import change_party, present_party
from tinhso.programme.commands.reviews import open_review, save_review, sign_review
from tinhso.programme.commands.shipped import load_agreement
from tinhso.programme.commands.statements import (
    appraise,
    attach_evidence,
    claim,
    refuse_own_claim,
    withdraw_evidence,
)

__all__ = [
    "appraise",
    "attach_evidence",
    "change_party",
    "claim",
    "end_commitment",
    "load_agreement",
    "open_review",
    "present_party",
    "refuse_own_claim",
    "save_agreement",
    "save_commitment",
    "save_review",
    "sign_review",
    "withdraw_evidence",
]
