from django.urls import path

from tingsu.complaints.rulebook_pages import pages
from tingsu.triage import views
from tingsu.triage.editors import ALL

app_name = "triage"

urlpatterns = [
    path("events/", views.events_page, name="events"),
    path("events/new/", views.new_event, name="new_event"),
    path("events/<str:number>/", views.event_page, name="event"),
    *(page for editor in ALL for page in pages(editor)),
]
