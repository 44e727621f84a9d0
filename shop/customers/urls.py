"""Addresses of a customer's own pages; logging in and out is allauth's."""

from django.urls import URLPattern

app_name = "customers"

urlpatterns: list[URLPattern] = []
