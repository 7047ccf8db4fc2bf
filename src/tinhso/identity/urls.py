from django.urls import path

from tinhso.identity.views import account, agencies, people, sign_in

app_name = "identity"
urlpatterns = [
    path("dang-nhap/", sign_in.sign_in, name="sign_in"),
    path("dang-nhap/hai-buoc/", sign_in.challenge, name="challenge"),
    path("dang-xuat/", sign_in.sign_out, name="sign_out"),
    path("dang-ky/", sign_in.register, name="register"),
    path("dang-ky/<str:uid>/<str:token>/", sign_in.confirm_email, name="confirm_email"),
    path("quen-mat-khau/", sign_in.forgotten, name="forgotten"),
    path("quen-mat-khau/<str:uid>/<str:token>/", sign_in.reset_password, name="reset_password"),
    path("tai-khoan/", account.account, name="account"),
    path("tai-khoan/mat-khau/", account.change_password, name="change_password"),
    path("tai-khoan/hai-buoc/", account.second_factor, name="second_factor"),
    path("tai-khoan/uy-quyen/", account.lend, name="lend"),
    path("tai-khoan/uy-quyen/<int:pk>/ket-thuc/", account.end_deputation, name="end_deputation"),
    path("tai-khoan/ma-truy-cap/", account.new_token, name="new_token"),
    path("tai-khoan/ma-truy-cap/<str:key>/thu-hoi/", account.revoke_token, name="revoke_token"),
    path("quan-tri/nguoi-dung/", people.people, name="people"),
    path("quan-tri/nguoi-dung/moi/", people.new_person, name="new_person"),
    path("quan-tri/nguoi-dung/ket-xuat/", people.export, name="export"),
    path("quan-tri/nguoi-dung/<int:pk>/", people.one_person, name="person"),
    path("quan-tri/nguoi-dung/<int:pk>/vai-tro/<int:grant>/thu-hoi/", people.revoke_role, name="revoke_role"),
    path("quan-tri/nguoi-dung/<int:pk>/trang-thai/", people.set_active, name="set_active"),
    path("quan-tri/nguoi-dung/<int:pk>/hai-buoc/", people.reset_second_factor, name="reset_second_factor"),
    path("co-quan/", agencies.agencies, name="agencies"),
    path("co-quan/<str:uid>/", agencies.agency, name="agency"),
]
