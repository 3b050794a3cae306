"""The page of data protection, below /desk/."""

from django.urls import path

from tingsu.protection import views

app_name = "protection"

urlpatterns = [path("protection/", views.overview_page, name="overview")]
