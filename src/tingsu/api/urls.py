from django.urls import path

from tingsu.api import (  # noqa: F401 their endpoints
    calls,
    conversations,
    documents,
    escalations,
    figures,
    handover,
    inquiry,
    letters,
    lists,
    open_formats,
    promises,
    runs,
    signatures,
)
from tingsu.api.api import api
from tingsu.api.entries import add_registers
from tingsu.api.entry_notes import add_notes

add_registers()
add_notes()
open_formats.add_register_files()
urlpatterns = [path("v1/", api.urls)]
