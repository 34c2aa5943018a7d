from django.urls import path

from peakend.web.metrics import editing, happenings, revisions, views

app_name = "metrics"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", editing.choose, name="choose"),
    path("new/<slug:kind>/", editing.new, name="new"),
    path("preview/<slug:kind>/", editing.preview, name="preview"),
    path("annotations/<int:number>/remove/", happenings.unnote, name="unnote"),
    path("<str:code>/", views.metric, name="metric"),
    path("<str:code>/edit/", editing.edit, name="edit"),
    path("<str:code>/remove/", editing.remove, name="remove"),
    path("<str:code>/export/", revisions.export, name="export"),
    path("<str:code>/note/", happenings.note, name="note"),
]
