from django.urls import path

from peakend.web.customers import views

app_name = "customers"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:number>/", views.customer, name="customer"),
    path("<int:number>/unmask/", views.unmask, name="unmask"),
    path("<int:number>/erase/", views.erase, name="erase"),
]
