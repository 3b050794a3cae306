"""The investigation room below a case, and the settings of what stands behind it."""

from django.urls import path

from tingsu.complaints.rulebook_pages import pages
from tingsu.inquiry import views
from tingsu.inquiry.editors import SCOPE_EDITOR

app_name = "inquiry"

urlpatterns = [
    path("cases/<str:number>/room/", views.room_page, name="room"),
    path("cases/<str:number>/room/<slug:part>/", views.room_part, name="part"),
    path("settings/systems/", views.connection_page, name="connection"),
    path("settings/systems/try/", views.try_connection, name="try_connection"),
    path("settings/systems/approve/", views.approve, name="approve_connection"),
    *pages(SCOPE_EDITOR),
]
