from django.urls import path

from tingsu.api import documents, escalations, handover, inquiry, promises, runs, signatures  # noqa: F401 their endpoints
from tingsu.api.api import api
from tingsu.api.entries import add_registers
from tingsu.api.entry_notes import add_notes

add_registers()
add_notes()
urlpatterns = [path("v1/", api.urls)]
