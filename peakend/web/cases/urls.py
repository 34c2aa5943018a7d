from django.urls import path

from peakend.web.cases import actions, views

app_name = "cases"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:number>/", views.case, name="case"),
    path("<int:number>/step/", actions.step, name="step"),
    path("<int:number>/take/", actions.take, name="take"),
    path("<int:number>/assign/", actions.assign, name="assign"),
    path("<int:number>/hand-over/", actions.hand_over, name="hand_over"),
    path("<int:number>/comment/", actions.comment, name="comment"),
    path("<int:number>/guidance/", actions.guidance, name="guidance"),
    path("<int:number>/close/", actions.close, name="close"),
    path("<int:number>/reopen/", actions.reopen, name="reopen"),
    path("<int:number>/title/", actions.rename, name="rename"),
]
