"""Addresses of the checkout and of orders."""

from django.urls import path

from . import views

app_name = "orders"

urlpatterns = [
    path("checkout/", views.checkout, name="checkout"),
    path("checkout/review/", views.review, name="review"),
    path("orders/<str:token>/", views.order_page, name="order"),
    path("orders/<str:token>/cancel/", views.cancel, name="cancel"),
    path("account/orders/", views.mine, name="mine"),
]
