"""Pages of knowledge beside its registers, below /desk/."""

from django.urls import path

from tingsu.knowledge import views

app_name = "knowledge"
urlpatterns = [
    path("knowledge/community/", views.community_file, name="community"),
    path("knowledge/<str:number>/use/", views.use, name="use"),
    path("knowledge/<str:number>/rate/", views.rate, name="rate"),
    path("knowledge/<str:number>/versions/<int:version>/", views.compare, name="compare"),
    path("cases/<str:number>/knowledge/", views.find, name="find"),
    path("cases/<str:number>/learn/", views.learn, name="learn"),
]
