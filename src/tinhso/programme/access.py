from tinhso.foundation.access import permission
from tinhso.foundation.text import Text

OFFICES = {"programme_province", "programme_operator"}

permission("programme.edit", Text("Sửa thỏa thuận và cam kết", "Edit agreements and commitments"), roles=OFFICES)
permission("programme.claim", Text("Báo kết quả của bên mình", "Claim results for one's party"), roles=OFFICES)
permission("programme.appraise", Text("Thẩm định kết quả bên kia báo", "Appraise the other's claims"), roles=OFFICES)
permission("programme.sign_review", Text("Ký kỳ rà soát", "Sign reviews"), roles=OFFICES | {"leader"})
permission("programme.read_drafts", Text("Đọc mọi kỳ rà soát chưa ký", "Read every unsigned review"), roles={"auditor"})
