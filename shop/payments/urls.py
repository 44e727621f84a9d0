"""Addresses of payments."""

from django.urls import path

from . import views

app_name = "payments"

urlpatterns = [
    path("orders/<str:token>/pay/", views.pay, name="pay"),
    path("orders/<str:token>/payments/<int:pk>/confirm/", views.confirm, name="confirm"),
]
