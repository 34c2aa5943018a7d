from django.urls import path

from peakend.web.cases import deeds, views

app_name = "cases"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:number>/", views.case, name="case"),
    path("<int:number>/step/", deeds.step, name="step"),
    path("<int:number>/take/", deeds.take, name="take"),
    path("<int:number>/assign/", deeds.assign, name="assign"),
    path("<int:number>/hand-over/", deeds.hand_over, name="hand_over"),
    path("<int:number>/comment/", deeds.comment, name="comment"),
    path("<int:number>/guidance/", deeds.guidance, name="guidance"),
    path("<int:number>/close/", deeds.close, name="close"),
    path("<int:number>/reopen/", deeds.reopen, name="reopen"),
    path("<int:number>/title/", deeds.rename, name="rename"),
]
