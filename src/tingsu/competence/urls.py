"""Pages of competence, below /desk/."""

from django.urls import path

from tingsu.competence import views
from tingsu.competence.editors import EDITORS
from tingsu.complaints.rulebook_pages import pages

app_name = "competence"

urlpatterns = [
    path("my-file/", views.my_file, name="mine"),
    path("my-file/confirm/", views.confirm, name="confirm"),
    path("competence/", views.matrix, name="matrix"),
    path("exams/<str:number>/", views.exam, name="exam"),
    *(one for editor in EDITORS for one in pages(editor)),
]
