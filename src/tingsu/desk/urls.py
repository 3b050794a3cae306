"""The staff shell, below ``/desk/``."""

from django.urls import path

from tingsu.desk.views import case, mailroom, pages, queue, register, reveal, search, several, steps, team, work

app_name = "desk"
urlpatterns = [
    path("", work.work_page, name="work"),
    path("queue/", queue.queue_page, name="queue"),
    path("queue/fresh/", queue.fresh, name="fresh"),
    path("queue/views/", queue.save_view, name="save_view"),
    path("queue/views/look/", queue.keep_look, name="keep_look"),
    path("queue/views/<uuid:view_id>/remove/", queue.remove_view, name="remove_view"),
    path("queue/feedback/", several.feedback, name="feedback"),
    path("queue/filters/", queue.filters_form, name="filters"),
    path("queue/counts/", queue.tab_counts, name="tab_counts"),
    path("queue/assign/undo/", queue.undo_assign, name="undo_assign"),
    path("queue/assign/", queue.assign, name="assign"),
    path("team/", team.team_page, name="team"),
    path("team/<uuid:member_id>/", team.share_page, name="share"),
    path("cases/<str:number>/", case.case_page, name="case"),
    path("cases/<str:number>/preview/", case.preview, name="preview"),
    path("cases/<str:number>/pulse/", case.pulse, name="pulse"),
    path("cases/<str:number>/letters/<uuid:letter_id>/withdraw/", case.withdraw, name="withdraw_letter"),
    path("cases/<str:number>/reveal/", reveal.reveal_field, name="reveal"),
    path("cases/<str:number>/undo/", steps.undo_step, name="undo_step"),
    path("cases/<str:number>/steps/<slug:step>/", steps.step_page, name="step"),
    path("register/", register.register_page, name="register"),
    path("register/hints/", register.hints, name="hints"),
    path("cases/<str:number>/registered/", register.registered, name="registered"),
    path("tasks/", work.tasks_page, name="tasks"),
    path("duties/", work.duties_page, name="duties"),
    path("approvals/", work.approvals_page, name="approvals"),
    path("search/", search.search_page, name="search"),
    path("mail/", mailroom.mail_room, name="mail"),
    path("mail/again/", mailroom.again, name="mail_again"),
    path("mail/release/", mailroom.release, name="mail_release"),
    path("mail/<uuid:letter_id>/", mailroom.letter, name="letter"),
    path("notices/", pages.notices_page, name="notices"),
    path("notes/dismiss/", pages.dismiss_note, name="dismiss"),
    path("notices/read/", pages.read_notices, name="read_notices"),
    path("settings/", pages.settings_page, name="settings"),
    path("account/", pages.account_page, name="account"),
    path("help/", pages.help_page, name="help"),
]
