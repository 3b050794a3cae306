"""The set-up below /setup/, and the organisation in the settings."""

from django.urls import path

from tingsu.setup.views import first, organisation, start

app_name = "setup"
urlpatterns = [
    path("setup/link/<str:token>/", first.link_page, name="link"),
    path("setup/<slug:page>/", first.step_page, name="step"),
    path("desk/settings/organisation/", organisation.organisation_page, name="organisation"),
    path("desk/settings/organisation/mode/", organisation.mode, name="mode"),
    path("desk/settings/start/", start.start_page, name="start"),
    path("desk/settings/start/done/", start.complete, name="complete"),
    path("desk/settings/start/units/", start.units_page, name="units"),
    path("desk/settings/start/people/", start.people_page, name="people"),
    path("desk/settings/start/people/template.<str:form>", start.people_template, name="people_template"),
    path("desk/settings/start/compensation/", start.compensation_page, name="compensation"),
    path("desk/settings/start/mail/", start.mail_page, name="mail"),
    path("desk/settings/start/rules/", start.rules_page, name="rules"),
    path("desk/settings/start/confirm/<slug:subject>/", start.confirm_page, name="confirm"),
]
