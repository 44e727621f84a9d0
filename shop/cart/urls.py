"""Addresses of the cart."""

from django.urls import path

from . import views

app_name = "cart"

urlpatterns = [
    path("", views.detail, name="detail"),
    path("add/", views.add, name="add"),
    path("<str:isbn>/copies/", views.change, name="change"),
    path("<str:isbn>/price/", views.accept, name="accept"),
]
