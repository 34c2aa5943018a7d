from django.urls import path

from peakend.web.review import correcting, learning, queue

app_name = "review"
urlpatterns = [
    path("", queue.index, name="index"),
    path("voices/<int:voice_id>/", correcting.reading, name="reading"),
    path("voices/<int:voice_id>/correct/", correcting.correct, name="correct"),
    path("voices/<int:voice_id>/confirm/", queue.confirm, name="confirm"),
    path("voices/<int:voice_id>/undo/<int:correction_id>/", correcting.undo, name="undo"),
    path("learning/", learning.learning, name="learning"),
    path("learning/labels/", learning.labels, name="labels"),
    path("learning/train/", learning.train, name="train"),
    path("learning/rule/", learning.rule, name="rule"),
    path("learning/work/", learning.work, name="work"),
    path("learning/models/<int:model_id>/", learning.activate, name="activate"),
]
