from django.urls import path

from shuzhi.domains.insight import brief_pages, pages, question_pages

app_name = "insight"
urlpatterns = [
    path("desk/issues/", pages.issues, name="issues"),
    path("desk/issues/<int:issue_id>/", pages.issue, name="issue"),
    path("desk/issues/<int:issue_id>/merge/", pages.merge, name="merge"),
    path("desk/issues/<int:issue_id>/split/", pages.split, name="split"),
    path("desk/issues/<int:issue_id>/confirm/", pages.confirm, name="confirm"),
    path("desk/issues/<int:issue_id>/undo/", pages.undo, name="undo"),
    path("desk/decisions/", question_pages.questions, name="questions"),
    path("desk/decisions/new/", question_pages.new_question, name="new_question"),
    path("desk/decisions/waiting/", question_pages.waiting, name="waiting"),
    path("desk/decisions/<int:question_id>/", question_pages.question, name="question"),
    path("desk/decisions/<int:question_id>/record.json", question_pages.record, name="record"),
    path("desk/decisions/<int:question_id>/supersede/", question_pages.supersede, name="supersede"),
    path("desk/decisions/<int:question_id>/<slug:name>/", question_pages.step, name="step"),
    path("desk/briefs/", brief_pages.briefs, name="briefs"),
    path("desk/briefs/make/", brief_pages.make, name="make_brief"),
    path("desk/briefs/<int:brief_id>/", brief_pages.brief, name="brief"),
    path("desk/briefs/<int:brief_id>/edit/", brief_pages.edit, name="edit_brief"),
    path("desk/briefs/<int:brief_id>/issue/", brief_pages.issue, name="issue_brief"),
    path("desk/briefs/<int:brief_id>/brief.<slug:ending>", brief_pages.file, name="brief_file"),
    path("desk/tasks/", question_pages.tasks, name="tasks"),
    path("desk/tasks/<int:task_id>/done/", question_pages.finish, name="finish"),
    path("desk/demands/<int:demand_id>/issue/", pages.of_demand, name="of_demand"),
]
