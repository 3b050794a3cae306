from django.urls import path

from tingsu.clocks import calendar_views, pack_views, region_views, views

app_name = "clocks"

urlpatterns = [
    path("", views.limits, name="limits"),
    path("edit/", views.edit_limits, name="edit_limits"),
    path("profiles/", views.profiles, name="profiles"),
    path("profiles/choose/", views.choose_profile, name="choose_profile"),
    path("packs/", pack_views.rule_packs, name="packs"),
    path("packs/<slug:code>/", pack_views.choose_pack, name="choose_pack"),
    path("promises/<uuid:promise_id>/", views.explain, name="explain"),
    path("escalations/<uuid:stream_id>/", views.take_up, name="take_up"),
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/edit/", calendar_views.edit_calendar, name="edit_calendar"),
    path("calendar/regions/new/", region_views.edit_region, name="new_region"),
    path("calendar/regions/<slug:code>/", region_views.edit_region, name="edit_region"),
    path("calendar/years/", calendar_views.enter_year, name="enter_year"),
]
