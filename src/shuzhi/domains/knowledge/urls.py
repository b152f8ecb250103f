from django.urls import path

from shuzhi.domains.knowledge import pages

app_name = "knowledge"
urlpatterns = [
    path("knowledge/", pages.articles, name="articles"),
    path("knowledge/new/", pages.new, name="new"),
    path("knowledge/import/", pages.import_file, name="import"),
    path("knowledge/<int:article_id>/", pages.article, name="article"),
    path("knowledge/<int:article_id>/edit/", pages.edit, name="edit"),
    path("knowledge/<int:article_id>/review/", pages.review, name="review"),
]
