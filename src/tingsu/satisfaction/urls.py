"""Pages of satisfaction, below /desk/."""

from django.urls import path

from tingsu.complaints.rulebook_pages import pages
from tingsu.satisfaction import views
from tingsu.satisfaction.editors import EDITORS

app_name = "satisfaction"

urlpatterns = [
    *(one for editor in EDITORS for one in pages(editor)),
    path("surveys/<str:number>/chart.<str:form>", views.picture, name="picture"),
    path("surveys/<str:number>/calls/<int:place>/", views.call, name="call"),
]
