"""Who may audit, and who may register keys."""

from tinhso.foundation.access import permission
from tinhso.foundation.text import Text

permission("proof.audit", Text("Xem hồ sơ kiểm toán", "Read audit records"), roles={"auditor", "administrator"})
permission("proof.keys", Text("Đăng ký khóa ký sổ", "Register keys that sign the log"), roles={"administrator"})
