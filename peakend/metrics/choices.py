"""Fixed choices of the metrics room."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Level(models.TextChoices):
    RESULT = "result", _("Result: what customers conclude")
    PROCESS = "process", _("Process: what made them")


class Better(models.IntegerChoices):
    MORE = 1, _("larger")
    LESS = -1, _("smaller")
    NEITHER = 0, _("neither")


class Period(models.TextChoices):
    DAY = "day", _("every day")
    WEEK = "week", _("every week")
    MONTH = "month", _("every month")


class Display(models.TextChoices):
    SCORE = "score", _("Score on its scale")
    POINTS = "points", _("Points, with a sign")
    PERCENT = "percent", _("Per cent")
    COUNT = "count", _("Whole number")
    AMOUNT = "amount", _("Amount with a unit")
    PER_HUNDRED = "per_hundred", _("Per 100")
    INDEX = "index", _("Index from 0 to 100")


class AnnotationKind(models.TextChoices):
    LAUNCH = "launch", pgettext_lazy("annotation", "Launch")
    INCIDENT = "incident", pgettext_lazy("annotation", "Incident")
    CHANGE = "change", pgettext_lazy("annotation", "Change of method")
    OTHER = "other", pgettext_lazy("annotation", "Other")


class StudyKind(models.TextChoices):
    TEST = "test", _("Product test")
    WAVE = "wave", _("Survey wave")


class Sharing(models.TextChoices):
    MINE = "mine", pgettext_lazy("dashboard", "Only me")
    UNIT = "unit", pgettext_lazy("dashboard", "My unit and those below it")
    EVERYONE = "everyone", pgettext_lazy("dashboard", "Everyone")
