"""The addresses of Open311 on their own, under the path where the site mounts them."""

from django.urls import include, path

from shuzhi.site.urls import urlpatterns as of_the_site

urlpatterns = [path("open311/v2/", include("shuzhi.domains.intake.open311_urls")), *of_the_site]
