"""Addresses of payments."""

from django.urls import path

from . import credit_note_views, views, webhooks

app_name = "payments"

urlpatterns = [
    path("orders/<str:token>/credit-notes/", credit_note_views.credit_notes, name="credit_notes"),
    path("orders/<str:token>/pay/", views.pay, name="pay"),
    path("orders/<str:token>/payments/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("orders/<str:token>/payments/<int:pk>/returned/", views.returned, name="returned"),
    path("orders/<str:token>/payments/<int:pk>/left/", views.left, name="left"),
    path("payments/stripe/webhook/", webhooks.stripe_webhook, name="stripe_webhook"),
]
