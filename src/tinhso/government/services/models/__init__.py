from tinhso.government.services.models.catalogue import Field, Procedure, ProcedureVersion
from tinhso.government.services.models.dossiers import (
    AppliedAct,
    Dossier,
    DossierDetail,
    DossierEvent,
    DossierNumber,
    DossierTask,
)
from tinhso.government.services.models.facts import DossierFact
from tinhso.government.services.models.issued import IssuedPaper, PaperNumber
from tinhso.government.services.models.messages import SyncMessage
from tinhso.government.services.models.people import DossierAnswers, DossierPaper, DossierParty, Draft
from tinhso.government.services.models.reconciling import SyncFinding, SyncRun

__all__ = [
    "AppliedAct",
    "Dossier",
    "DossierAnswers",
    "DossierDetail",
    "DossierEvent",
    "DossierFact",
    "DossierNumber",
    "DossierPaper",
    "DossierParty",
    "DossierTask",
    "Draft",
    "Field",
    "IssuedPaper",
    "PaperNumber",
    "Procedure",
    "ProcedureVersion",
    "SyncFinding",
    "SyncMessage",
    "SyncRun",
]
