from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "shuzhi.site"
    label = "site_desk"
    verbose_name = "Site"
