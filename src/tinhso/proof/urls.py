from django.urls import path

from tinhso.proof import audit_views, views

app_name = "proof"
urlpatterns = [
    path("so-chung-cu/", views.log, name="log"),
    path("so-chung-cu/checkpoint", views.latest_note, name="latest_note"),
    path("so-chung-cu/khoa/", views.keys, name="keys"),
    path("so-chung-cu/khoa/<int:key_id>/ket-thuc/", views.retire, name="retire"),
    path("so-chung-cu/diem-chot/", views.checkpoints, name="checkpoints"),
    path("so-chung-cu/diem-chot/<int:size>/", views.checkpoint, name="checkpoint"),
    path("so-chung-cu/diem-chot/<int:size>/checkpoint", views.checkpoint_note, name="checkpoint_note"),
    path("so-chung-cu/nhat-quan/<int:old>-<int:new>", views.consistency_note, name="consistency_note"),
    path("so-chung-cu/muc/<int:entry_id>/", views.entry, name="entry"),
    path("kiem-toan/", audit_views.records, name="audit"),
    path("kiem-toan/xuat/", audit_views.export, name="audit_export"),
    path("kiem-toan/<int:record_id>/", audit_views.record, name="audit_record"),
]
