"""The settings page of outgoing mail, below /desk/."""

from django.urls import path

from tingsu.letters import views

app_name = "letters"
urlpatterns = [path("settings/mail/", views.outgoing, name="outgoing")]
