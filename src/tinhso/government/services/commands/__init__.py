from tinhso.government.services.commands.apply import Applied, apply
from tinhso.government.services.commands.filing import Filing, Party, file_dossier

__all__ = ["Applied", "Filing", "Party", "apply", "file_dossier"]
