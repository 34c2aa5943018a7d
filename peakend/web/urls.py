"""Addresses of the pages: one line a room."""

from importlib.util import find_spec

from allauth.account import views as account
from django.conf.urls.i18n import urlpatterns as language
from django.urls import include, path

# Only what the product uses of the account pages; signing up and e-mail management stay closed.
urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("password/", account.password_change, name="account_change_password"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("language/", include(language)),
]

ROOMS = [
    ("", "overview"),
    ("journeys/", "journeys"),
    ("voices/", "voices"),
    ("pains/", "pains"),
    ("review/", "review"),
    ("taxonomies/", "taxonomies"),
    ("conversations/", "conversations"),
    ("themes/", "themes"),
    ("competitors/", "competitors"),
    ("imports/", "imports"),
    ("metrics/", "metrics"),
    ("dashboards/", "dashboards"),
    ("crosstabs/", "crosstabs"),
    ("drivers/", "drivers"),
    ("norms/", "norms"),
    ("cases/", "cases"),
    ("alerts/", "alerts"),
    ("notices/", "notices"),
    ("initiatives/", "improvements"),
    ("customers/", "customers"),
    ("surveys/", "surveys"),
    ("s/", "respond"),
    ("jobs/", "jobs"),
    ("settings/", "administration"),
]
for prefix, room in ROOMS:
    if find_spec(f"peakend.web.{room}.urls"):
        urlpatterns.append(path(prefix, include(f"peakend.web.{room}.urls")))
