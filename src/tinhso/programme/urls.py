from django.urls import path

from tinhso.programme.views import documents, editing, pages, reviewing

app_name = "programme"
urlpatterns = [
    path("thoa-thuan/", pages.agreement_list, name="agreements"),
    path("thoa-thuan/<slug:uid>/", pages.agreement_page, name="agreement"),
    path("thoa-thuan/<slug:uid>/pdf/", documents.agreement_pdf, name="agreement_pdf"),
    path("thoa-thuan/<slug:uid>/xlsx/", documents.agreement_xlsx, name="agreement_xlsx"),
    path("thoa-thuan/<slug:uid>/sua/", editing.edit_agreement, name="edit_agreement"),
    path("thoa-thuan/<slug:uid>/ben/", editing.change_party, name="change_party"),
    path("thoa-thuan/<slug:uid>/cam-ket-moi/", editing.add_commitment, name="add_commitment"),
    path("thoa-thuan/<slug:uid>/ra-soat-moi/", reviewing.open_review, name="open_review"),
    path("cam-ket/<slug:uid>/", pages.commitment_page, name="commitment"),
    path("cam-ket/<slug:uid>/sua/", editing.edit_commitment, name="edit_commitment"),
    path("cam-ket/<slug:uid>/cham-dut/", editing.end_commitment, name="end_commitment"),
    path("cam-ket/<slug:uid>/bao-ket-qua/", editing.claim, name="claim"),
    path("cam-ket/<slug:uid>/tham-dinh/<int:claim>/", editing.appraise, name="appraise"),
    path("cam-ket/<slug:uid>/bang-chung/", editing.attach_evidence, name="attach_evidence"),
    path("bang-chung/<uuid:uid>/rut/", editing.withdraw_evidence, name="withdraw_evidence"),
    path("ra-soat/<slug:uid>/", pages.review_page, name="review"),
    path("ra-soat/<slug:uid>/sua/", reviewing.edit_review, name="edit_review"),
    path("ra-soat/<slug:uid>/ky/", reviewing.sign_review, name="sign_review"),
    path("ra-soat/<slug:uid>/pdf/", documents.review_pdf, name="review_pdf"),
    path("ra-soat/<slug:uid>/xlsx/", documents.review_xlsx, name="review_xlsx"),
    path("ra-soat/<slug:uid>/noi-dung.json", documents.review_content, name="review_content"),
]
