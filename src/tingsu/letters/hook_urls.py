"""Where providers report what became of what they were given; no account, the address itself is the secret."""

from django.urls import path

from tingsu.letters import hook_views

app_name = "letter_hooks"
urlpatterns = [path("sms/<str:token>/", hook_views.sms_report, name="sms")]
