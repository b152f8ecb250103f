from django.urls import path

from shuzhi.site.api import api

urlpatterns = [path("api/", api.urls)]
