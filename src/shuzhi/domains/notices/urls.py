from django.urls import path

from shuzhi.domains.notices import pages

app_name = "notices"
urlpatterns = [
    path("me/messages/", pages.my_messages, name="my_messages"),
    path("desk/messages/", pages.desk_messages, name="desk_messages"),
    path("desk/messages/<int:message_id>/retry/", pages.retry_message, name="retry_message"),
    path("news/<str:token>/confirm/", pages.confirm, name="confirm"),
    path("news/<str:token>/stop/", pages.unsubscribe, name="unsubscribe"),
    path("desk/webhooks/", pages.webhooks, name="webhooks"),
    path("desk/webhooks/<int:webhook_id>/pause/", pages.pause_webhook, name="pause_webhook"),
    path("desk/webhooks/<int:webhook_id>/resume/", pages.resume_webhook, name="resume_webhook"),
    path("desk/webhooks/<int:webhook_id>/delete/", pages.delete_webhook, name="delete_webhook"),
]
