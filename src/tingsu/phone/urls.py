"""The settings pages of the telephone, below /desk/."""

from django.urls import path

from tingsu.complaints.rulebook_pages import pages
from tingsu.phone import views
from tingsu.phone.editors import TELEPHONE

app_name = "phone"
urlpatterns = [
    path("settings/hotlines/", views.overview, name="lines"),
    path("settings/hotlines/<str:number>/", views.line, name="line"),
    path("settings/hotlines/<str:number>/secret/", views.secret, name="secret"),
    path("settings/hotlines/<str:number>/off/", views.off, name="off"),
    path("settings/hotlines/<str:number>/records/", views.records, name="records"),
    *pages(TELEPHONE),
]
