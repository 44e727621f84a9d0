"""Addresses of the payments room."""

app_name = "payments"

urlpatterns: list = []
