"""The settings page of programs' access; it lies below the desk, the API itself does not."""

from django.urls import path

from tingsu.api import views

app_name = "tokens"
urlpatterns = [
    path("", views.tokens_page, name="tokens"),
    path("waiting/", views.waiting_page, name="waiting"),
    path("<uuid:token_id>/agree/", views.agree_to, name="agree"),
    path("<uuid:token_id>/second/", views.approve_one, name="second"),
    path("<uuid:token_id>/revoke/", views.revoke, name="revoke"),
]
