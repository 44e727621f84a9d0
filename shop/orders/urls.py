"""Addresses of the checkout and of orders."""

from django.urls import path

from .views import checkout, orders, papers

app_name = "orders"

urlpatterns = [
    path("checkout/", checkout.checkout, name="checkout"),
    path("checkout/review/", checkout.review, name="review"),
    path("orders/<str:token>/", orders.order_page, name="order"),
    path("orders/<str:token>/cancel/", orders.cancel, name="cancel"),
    path("orders/<str:token>/again/", orders.again, name="again"),
    path("orders/<str:token>/return/", orders.ask_return, name="ask_return"),
    path("orders/<str:token>/invoice/", papers.invoice, name="invoice"),
    path("account/orders/", orders.mine, name="mine"),
]
