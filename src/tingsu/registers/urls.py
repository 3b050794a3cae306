"""Every register's pages, below /desk/records/."""

from django.urls import path

from tingsu.registers import views

app_name = "registers"
urlpatterns = [
    path("<slug:register>/", views.list_page, name="list"),
    path("<slug:register>/new/", views.new_page, name="new"),
    path("<slug:register>/views/", views.save_view, name="save_view"),
    path("<slug:register>/views/<uuid:view_id>/remove/", views.remove_view, name="remove_view"),
    path("<slug:register>/export.<str:form>", views.export_list, name="export"),
    path("<slug:register>/<str:number>/", views.entry_page, name="entry"),
    path("<slug:register>/<str:number>/print/", views.print_page, name="print"),
    path("<slug:register>/<str:number>/pdf/", views.pdf_page, name="pdf"),
    path("<slug:register>/<str:number>/reveal/", views.reveal, name="reveal"),
    path("<slug:register>/<str:number>/comments/", views.comment, name="comment"),
    path("<slug:register>/<str:number>/files/", views.files, name="files"),
    path("<slug:register>/<str:number>/links/", views.link, name="link"),
    path("<slug:register>/<str:number>/links/<uuid:link_id>/remove/", views.unlink, name="unlink"),
    path("<slug:register>/<str:number>/steps/<slug:step>/", views.step_page, name="step"),
]
