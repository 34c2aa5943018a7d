from django.urls import path

from peakend.web.administration import audit_log, company, people, tokens, views

app_name = "administration"
urlpatterns = [
    path("", views.index, name="index"),
    path("units/", company.units, name="units"),
    path("units/new/", company.unit, name="unit_new"),
    path("units/<int:pk>/", company.unit, name="unit"),
    path("units/<int:pk>/open/", company.unit_open, name="unit_open"),
    path("people/", people.index, name="people"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/password/", people.password, name="password"),
    path("people/<int:pk>/open/", people.person_open, name="person_open"),
    path("sources/", company.sources, name="sources"),
    path("sources/<int:pk>/", company.source, name="source"),
    path("brands/", company.brands, name="brands"),
    path("brands/new/", company.brand, name="brand_new"),
    path("brands/<int:pk>/", company.brand, name="brand"),
    path("tokens/", tokens.index, name="tokens"),
    path("tokens/new/", tokens.token_new, name="token_new"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
    path("audit/", audit_log.index, name="audit"),
]
