"""The only entrance to insight."""

from shuzhi.domains.insight.services.briefing import (
    LONGEST_TEXT,
    brief,
    briefs,
    edit_brief,
    issue_brief,
    make_brief,
    make_due_briefs,
    make_special_brief,
)
from shuzhi.domains.insight.services.deciding import decide, decision_record, draft_successor, send_back
from shuzhi.domains.insight.services.drafting import (
    Draft,
    Option,
    add_evidence,
    add_option,
    change_question,
    draft_question,
    drop_evidence,
    drop_option,
    put_forward,
    withdraw_question,
)
from shuzhi.domains.insight.services.effects import effect
from shuzhi.domains.insight.services.explaining import issue
from shuzhi.domains.insight.services.following import forget, place_arrivals
from shuzhi.domains.insight.services.judging import confirm, merge, split, undo
from shuzhi.domains.insight.services.reading import hot_issues, issue_of_demand
from shuzhi.domains.insight.services.rebuilding import rebuild, rebuild_nightly
from shuzhi.domains.insight.services.scenarios import forget_scenarios, known_scenarios, note_scenarios
from shuzhi.domains.insight.services.showing import count_waiting, question, questions
from shuzhi.domains.insight.services.tasking import finish_task, give_task, tasks_of_my_units

__all__ = [
    "LONGEST_TEXT",
    "Draft",
    "Option",
    "add_evidence",
    "add_option",
    "brief",
    "briefs",
    "change_question",
    "confirm",
    "count_waiting",
    "decide",
    "decision_record",
    "draft_question",
    "draft_successor",
    "drop_evidence",
    "drop_option",
    "edit_brief",
    "effect",
    "finish_task",
    "forget",
    "forget_scenarios",
    "give_task",
    "hot_issues",
    "issue",
    "issue_brief",
    "issue_of_demand",
    "known_scenarios",
    "make_brief",
    "make_due_briefs",
    "make_special_brief",
    "merge",
    "note_scenarios",
    "place_arrivals",
    "put_forward",
    "question",
    "questions",
    "rebuild",
    "rebuild_nightly",
    "send_back",
    "split",
    "tasks_of_my_units",
    "undo",
    "withdraw_question",
]
