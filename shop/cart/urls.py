"""Addresses of the cart room."""

app_name = "cart"

urlpatterns: list = []
