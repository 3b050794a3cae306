"""The settings pages of incoming mail, below /desk/."""

from django.urls import path

from tingsu.mail import views

app_name = "mail"
urlpatterns = [
    path("settings/mailboxes/", views.mailboxes, name="mailboxes"),
    path("settings/mailboxes/new/", views.new, name="new"),
    path("settings/mailboxes/<uuid:mailbox_id>/", views.edit, name="edit"),
    path("settings/mailboxes/<uuid:mailbox_id>/check/", views.check, name="check"),
    path("settings/mailboxes/<uuid:mailbox_id>/look/", views.look, name="look"),
]
