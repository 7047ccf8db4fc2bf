from tinhso.government.services.dossiers.commands.apply import Applied, apply
from tinhso.government.services.dossiers.commands.filing import Filing, Party, file_dossier

__all__ = ["Applied", "Filing", "Party", "apply", "file_dossier"]
