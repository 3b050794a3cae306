"""The settings page of programs' access; it lies below the desk, the API itself does not."""

from django.urls import path

from tingsu.api import views

app_name = "tokens"
urlpatterns = [
    path("", views.tokens_page, name="tokens"),
    path("<uuid:token_id>/revoke/", views.revoke, name="revoke"),
]
