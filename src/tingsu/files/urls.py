"""Files, below /files/."""

from django.urls import path

from tingsu.files import views

app_name = "files"
urlpatterns = [
    path("<uuid:file_id>/", views.download, name="download"),
    path("<uuid:file_id>/view/", views.preview, name="preview"),
    path("<uuid:file_id>/original/", views.original, name="original"),
    path("<uuid:file_id>/small/", views.thumbnail, name="thumbnail"),
]
