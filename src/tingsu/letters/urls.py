"""The settings page of outgoing mail, below /desk/."""

from django.urls import path

from tingsu.letters import views
from tingsu.letters.robots import views as robots
from tingsu.letters.sms import views as sms

app_name = "letters"
urlpatterns = [
    path("settings/mail/", views.outgoing, name="outgoing"),
    path("settings/robots/", robots.robots, name="robots"),
    path("settings/robots/new/", robots.new, name="robot_new"),
    path("settings/robots/<uuid:robot_id>/", robots.edit, name="robot"),
    path("settings/robots/<uuid:robot_id>/check/", robots.check, name="robot_check"),
    path("settings/robots/<uuid:robot_id>/look/", robots.look, name="robot_look"),
    path("settings/sms/", sms.settings_page, name="sms"),
    path("settings/sms/try/", sms.try_page, name="sms_try"),
    path("settings/sms/address/", sms.new_token, name="sms_token"),
    path("settings/sms/look/", sms.look, name="sms_look"),
]
