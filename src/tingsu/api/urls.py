from django.urls import path

from tingsu.api.api import api

app_name = "api"
urlpatterns = [path("v1/", api.urls)]
