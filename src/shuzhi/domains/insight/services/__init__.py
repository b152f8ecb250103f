"""The only entrance to insight."""

from shuzhi.domains.insight.services.alerting import (
    WarningCannotMove,
    acknowledge_warning,
    act_on_warning,
    close_warning,
    open_warnings,
    tick_task,
    warning,
)
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
from shuzhi.domains.insight.services.checklists import (
    checklist,
    checklists,
    write_checklist,
)
from shuzhi.domains.insight.services.deciding import (
    decide,
    decision_record,
    draft_successor,
    send_back,
)
from shuzhi.domains.insight.services.discovering import (
    find_nightly,
    find_patterns,
    forget_callers,
)
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
from shuzhi.domains.insight.services.effects import (
    effect,
)
from shuzhi.domains.insight.services.explaining import (
    issue,
)
from shuzhi.domains.insight.services.following import (
    forget,
    forget_words,
    place_arrivals,
)
from shuzhi.domains.insight.services.forecasting import (
    forecast,
    forecast_anew,
    forecast_nightly,
    forecasts,
    part_of,
)
from shuzhi.domains.insight.services.judging import (
    confirm,
    merge,
    split,
    undo,
)
from shuzhi.domains.insight.services.mapping import (
    PERIODS,
    map_nightly,
    map_processes,
    process,
    process_choices,
)
from shuzhi.domains.insight.services.patterns import (
    pattern,
    patterns,
    returning_callers,
    returning_groups,
)
from shuzhi.domains.insight.services.reading import (
    hot_issues,
    issue_of_demand,
)
from shuzhi.domains.insight.services.rebuilding import (
    rebuild,
    rebuild_nightly,
)
from shuzhi.domains.insight.services.scenarios import (
    forget_scenarios,
    known_scenarios,
    note_scenarios,
)
from shuzhi.domains.insight.services.showing import (
    count_waiting,
    question,
    questions,
)
from shuzhi.domains.insight.services.tasking import (
    finish_task,
    give_task,
    tasks_of_my_units,
)
from shuzhi.domains.insight.services.topics import (
    TopicAlreadyJudged,
    judge_topic,
    propose_ahead,
    propose_topics,
    topics,
)
from shuzhi.domains.insight.services.watching import (
    look_for_warnings,
    watch_hourly,
)

__all__ = [
    "LONGEST_TEXT",
    "PERIODS",
    "Draft",
    "Option",
    "TopicAlreadyJudged",
    "WarningCannotMove",
    "acknowledge_warning",
    "act_on_warning",
    "add_evidence",
    "add_option",
    "brief",
    "briefs",
    "change_question",
    "checklist",
    "checklists",
    "close_warning",
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
    "find_nightly",
    "find_patterns",
    "finish_task",
    "forecast",
    "forecast_anew",
    "forecast_nightly",
    "forecasts",
    "forget",
    "forget_callers",
    "forget_scenarios",
    "forget_words",
    "give_task",
    "hot_issues",
    "issue",
    "issue_brief",
    "issue_of_demand",
    "judge_topic",
    "known_scenarios",
    "look_for_warnings",
    "make_brief",
    "make_due_briefs",
    "make_special_brief",
    "map_nightly",
    "map_processes",
    "merge",
    "note_scenarios",
    "open_warnings",
    "part_of",
    "pattern",
    "patterns",
    "place_arrivals",
    "process",
    "process_choices",
    "propose_ahead",
    "propose_topics",
    "put_forward",
    "question",
    "questions",
    "rebuild",
    "rebuild_nightly",
    "returning_callers",
    "returning_groups",
    "send_back",
    "split",
    "tasks_of_my_units",
    "tick_task",
    "topics",
    "undo",
    "warning",
    "watch_hourly",
    "withdraw_question",
    "write_checklist",
]
