"""Reporting a phenomenon: the form, the receipt, its state, and its way to the group."""

from dialogs.dialog import Command, Dialog, PostTopic
from dialogs.reporting.filing import open_report, report_command, send_report
from dialogs.reporting.own import more_own, own_command, press_own
from dialogs.reporting.posts import compose_notice, compose_report, follow_report
from dialogs.reporting.release import release_due
from dialogs.reporting.state import ask_state, open_state, state_command

REPORTING = Dialog(
    commands=(
        Command("report-words", report_command, takes_rest=True),
        Command("own-words", own_command),
        Command("state-words", state_command, takes_rest=True),
    ),
    acts={
        "report.open": open_report,
        "report.send": send_report,
        "own.list": press_own,
        "own.more": more_own,
        "state.open": open_state,
        "state.ask": ask_state,
    },
    posts={
        "report": PostTopic(compose_report, follow_report),
        "group-has-it": PostTopic(compose_notice),
    },
    chores=(release_due,),
)
