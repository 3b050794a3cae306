from django.urls import path

from tingsu.api.api import api

urlpatterns = [path("v1/", api.urls)]
