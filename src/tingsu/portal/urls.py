"""Addresses of the public side. `portal:open` is the address in letters."""

from django.urls import path

from tingsu.portal.views import again, callback, case, follow, home, received, submit

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("help/", home.help_page, name="help"),
    path("privacy/", home.privacy, name="privacy"),
    path("accessibility/", home.accessibility, name="accessibility"),
    path("form/", home.blank_form, name="form"),
    path("form/pdf/", home.blank_pdf, name="form_pdf"),
    path("robots.txt", home.robots, name="robots"),
    path("manifest.webmanifest", home.manifest, name="manifest"),
    path("favicon.ico", home.favicon, name="favicon"),
    path("mode/", home.choose_mode, name="mode"),
    path("submit/", submit.begin, name="begin"),
    path("submit/with/<str:token>/", submit.filled_in, name="filled_in"),
    path("submit/again/", submit.start_again, name="start_again"),
    path("submit/received/", received.received, name="received"),
    path("submit/files/", submit.upload, name="upload"),
    path("submit/files/<uuid:file_id>/remove/", submit.remove_file, name="remove_file"),
    path("submit/<slug:name>/", submit.step_page, name="submit"),
    path("submit/<slug:name>/save/", submit.autosave, name="autosave"),
    path("callback/", callback.ask, name="callback"),
    path("callback/booked/", callback.booked, name="callback_booked"),
    path("follow/", follow.find, name="find"),
    path("follow/open/", follow.open_with_code, name="open_with_code"),
    path("follow/again/", again.ask, name="ask_again"),
    path("follow/again/held/", again.ask_held, name="ask_held"),
    path("follow/again/code/", again.enter, name="one_time_code"),
    path("c/<str:token>/", follow.open_from_letter, name="open"),
    path("case/", case.case_page, name="case"),
    path("case/extend/", case.extend, name="extend"),
    path("case/copies/<str:number>/", case.own_copy, name="own_copy"),
    path("case/documents/<slug:code>/", case.own_paper, name="own_paper"),
    path("case/leave/", case.leave, name="leave"),
    path("case/files/<uuid:file_id>/", case.own_file, name="own_file"),
    path("case/<slug:name>/keep/", case.keep, name="keep"),
    path("case/<slug:name>/files/", case.upload, name="case_upload"),
    path("case/<slug:name>/files/<uuid:file_id>/remove/", case.drop_file, name="case_drop_file"),
    path("case/<slug:name>/", case.take, name="case_step"),
]
