"""Addresses of a customer's own pages; logging in and out is allauth's."""

from django.urls import path

from . import views

app_name = "customers"

urlpatterns = [
    path("", views.account, name="account"),
    path("details/", views.details, name="details"),
    path("email/", views.email, name="email"),
    path("email/confirmation/", views.send_confirmation, name="send_confirmation"),
    path("email/confirm/<str:token>/", views.confirm_email, name="confirm_email"),
    path("address/", views.address, name="address"),
    path("address/forget/", views.forget_address, name="forget_address"),
]
