from django.urls import path

from tingsu.api.api import api
from tingsu.api.entries import add_registers

add_registers()
urlpatterns = [path("v1/", api.urls)]
