from django.urls import path

from peakend.web.journeys import editing, views

app_name = "journeys"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", editing.new, name="new"),
    path("<slug:code>/", views.journey, name="journey"),
    path("<slug:code>/assign/<int:pk>/", views.assign, name="assign"),
    path("<slug:code>/name/", editing.rename, name="rename"),
    path("<slug:code>/remove/", editing.remove, name="remove"),
    path("<slug:code>/cell/<int:pk>/<slug:field>/", editing.cell, name="cell"),
    path("<slug:code>/stages/", editing.stage_added, name="stage_added"),
    path("<slug:code>/stages/<int:pk>/<slug:change>/", editing.stage_changed, name="stage_changed"),
    path("<slug:code>/touchpoints/<int:stage>/", editing.touchpoint_added, name="touchpoint_added"),
    path(
        "<slug:code>/touchpoints/<int:pk>/<slug:change>/",
        editing.touchpoint_changed,
        name="touchpoint_changed",
    ),
]
