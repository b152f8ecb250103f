from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "shuzhi.domains.statistics"
    label = "statistics"
    default_auto_field = "django.db.models.BigAutoField"
