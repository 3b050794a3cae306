"""Pages of documents, below /desk/."""

from django.urls import path

from tingsu.documents import views

app_name = "documents"
urlpatterns = [
    path("documents/adopt/", views.adopt, name="adopt"),
    path("documents/<str:number>/document.pdf", views.pdf, name="pdf"),
    path("documents/<str:number>/print/", views.printed, name="print"),
    path("documents/<str:number>/read/", views.confirm, name="confirm"),
    path("documents/<str:number>/compare/<str:other>/", views.compare, name="compare"),
    path("glossary/", views.glossary, name="glossary"),
]
