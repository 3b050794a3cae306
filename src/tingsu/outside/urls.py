"""What a page of an import offers besides, below /desk/."""

from django.urls import path

from tingsu.outside import import_page

app_name = "outside"
urlpatterns = [
    path("imports/<str:number>/lines.<str:form>", import_page.lines_file, name="lines"),
    path("imports/<str:number>/replies.<str:form>", import_page.replies_file, name="replies"),
]
