from django.urls import path

from peakend.web.taxonomies import editing, views

app_name = "taxonomies"
urlpatterns = [
    path("", views.index, name="index"),
    path("copy/", editing.copy, name="copy"),
    path("<slug:code>/", views.taxonomy, name="taxonomy"),
    path("<slug:code>/export/", views.export, name="export"),
    path("<slug:code>/new/", editing.new, name="new"),
    path("<slug:code>/preview/", editing.preview, name="preview"),
    path("<slug:code>/shipped/", editing.shipped, name="shipped"),
    path("<slug:code>/aspects/<slug:aspect>/", editing.aspect, name="aspect"),
    path("<slug:code>/aspects/<slug:aspect>/remove/", editing.remove, name="remove"),
    path("<slug:code>/versions/<int:number>/", views.version, name="version"),
    path("<slug:code>/versions/<int:number>/apply/", editing.apply, name="apply"),
    path("<slug:code>/versions/<int:number>/discard/", editing.discard, name="discard"),
]
