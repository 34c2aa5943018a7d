from django.urls import path

from peakend.web.dashboards import keeping, views

app_name = "dashboards"
urlpatterns = [
    path("", views.index, name="index"),
    path("edition/", views.edition, name="edition"),
    path("standard/", views.standard, name="standard"),
    path("standard/export/", views.export_standard, name="export_standard"),
    path("keep/", keeping.keep, name="keep"),
    path("<int:number>/", views.dashboard, name="dashboard"),
    path("<int:number>/export/", views.export, name="export"),
    path("<int:number>/change/", keeping.change, name="change"),
    path("<int:number>/remove/", keeping.remove, name="remove"),
]
