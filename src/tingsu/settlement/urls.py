from django.urls import path

from tingsu.complaints.rulebook_pages import pages
from tingsu.settlement.batch_page import batch_file
from tingsu.settlement.editors import ADVANCE, BASES, PAYMENTS, QUICK_CHECKS, REMEDIES, WAYS

app_name = "settlement"

urlpatterns = [
    path("payment-batches/<str:number>/<str:form>/", batch_file, name="batch_file"),
    *pages(BASES),
    *pages(REMEDIES),
    *pages(ADVANCE),
    *pages(PAYMENTS),
    *pages(QUICK_CHECKS),
    *pages(WAYS),
]
