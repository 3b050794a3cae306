"""Settings of partners' accounts, below /desk/settings/partner-accounts/."""

from django.urls import path

from tingsu.partners import settings_views as views

app_name = "partner_accounts"
urlpatterns = [
    path("", views.list_page, name="list"),
    path("new/", views.new_page, name="new"),
    path("<uuid:account_id>/", views.one_page, name="one"),
    path("<uuid:account_id>/password/", views.password, name="password"),
    path("<uuid:account_id>/second-factor/", views.take_factor, name="factor"),
    path("<uuid:account_id>/close/", views.close, name="close"),
    path("<uuid:account_id>/programs/<uuid:program_id>/end/", views.end_program, name="end_program"),
]
