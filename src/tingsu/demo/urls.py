"""Pages of practice copies: in the real organisation to make and empty one, in the copy to choose whom one plays."""

from django.urls import path

from tingsu.demo import views

app_name = "practice"
urlpatterns = [
    path("desk/practice/", views.practice_page, name="home"),
    path("desk/practice/fill/", views.fill, name="fill"),
    path("desk/practice/empty/", views.empty, name="empty"),
    path("desk/practice/exercise/<str:number>/", views.play, name="exercise"),
    path("practice/", views.enter, name="enter"),
]
