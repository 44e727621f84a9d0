"""Addresses of a customer's own pages; logging in and out is allauth's."""

from django.urls import path

from . import address_views, data_views, views

app_name = "customers"

urlpatterns = [
    path("", views.account, name="account"),
    path("details/", views.details, name="details"),
    path("email/", views.email, name="email"),
    path("email/confirmation/", views.send_confirmation, name="send_confirmation"),
    path("email/confirm/<str:token>/", views.confirm_email, name="confirm_email"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/end/", views.end_other_sessions, name="end_other_sessions"),
    path("sessions/<int:pk>/end/", views.end_session, name="end_session"),
    path("addresses/", address_views.address_book, name="address_book"),
    path("addresses/add/", address_views.add_address, name="add_address"),
    path("addresses/<int:pk>/", address_views.change_address, name="change_address"),
    path("addresses/<int:pk>/prefer/", address_views.prefer_address, name="prefer_address"),
    path("addresses/<int:pk>/remove/", address_views.remove_address, name="remove_address"),
    path("data/", data_views.data, name="data"),
    path("data/export/", data_views.export, name="export"),
    path("data/erase/", data_views.erase, name="erase"),
]
