"""Mounted by the site at open311/v2/."""

from django.urls import path, register_converter

from shuzhi.domains.intake import open311


class Form:
    """The ending of an address says the format."""

    regex = "xml|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Form, "open311_form")

app_name = "open311"
urlpatterns = [
    path("discovery.<open311_form:form>", open311.discovery, name="discovery"),
    path("services.<open311_form:form>", open311.service_list, name="services"),
    path("services/<str:code>.<open311_form:form>", open311.service_definition, name="service"),
    path("requests.<open311_form:form>", open311.requests, name="requests"),
    path("requests/<str:code>.<open311_form:form>", open311.one_request, name="request"),
    path("tokens/<str:code>.<open311_form:form>", open311.token, name="token"),
]
