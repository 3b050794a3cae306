"""Settings of people, below /desk/settings/people/."""

from django.urls import path

from tingsu.people.views import authority, interests, members, own, proposals, roles, sessions, sign_in_rules, units

app_name = "people"
urlpatterns = [
    path("", members.members_page, name="members"),
    path("new/", members.new_member, name="new_member"),
    path("members/<uuid:member_id>/", members.member_page, name="member"),
    path("members/<uuid:member_id>/password/", members.new_password, name="password"),
    path("members/<uuid:member_id>/sign-in/", members.sign_in, name="sign_in"),
    path("members/<uuid:member_id>/second-factor/", members.reset_second_factor, name="reset_second_factor"),
    path("members/<uuid:member_id>/sessions/", sessions.of_member, name="member_sessions"),
    path("members/<uuid:member_id>/sessions/end/", sessions.end_of_member, name="end_member_sessions"),
    path("sessions/", sessions.signed_in, name="signed_in"),
    path("sign-in/", sign_in_rules.rules_page, name="sign_in_rules"),
    path("sign-in/edit/", sign_in_rules.edit_page, name="sign_in_rules_edit"),
    path("members/<uuid:member_id>/leave/", members.leave, name="leave"),
    path("members/<uuid:member_id>/return/", members.come_back, name="return"),
    path("members/<uuid:member_id>/posts/", members.new_post, name="new_post"),
    path("posts/<uuid:post_id>/end/", members.end_post, name="end_post"),
    path("posts/<uuid:post_id>/duties/", members.post_duties, name="post_duties"),
    path("mine/", own.my_posts, name="mine"),
    path("mine/<uuid:post_id>/confirm/", own.confirm, name="confirm"),
    path("mine/sessions/", sessions.mine, name="my_sessions"),
    path("mine/sessions/end/", sessions.end_mine, name="end_my_sessions"),
    path("mine/duty/", own.duty, name="duty"),
    path("mine/interests/", interests.mine, name="my_interests"),
    path("members/<uuid:member_id>/interests/", interests.of_member, name="interests"),
    path("interests/<uuid:interest_id>/end/", interests.end, name="end_interest"),
    path("mine/name/", own.name_consent, name="name_consent"),
    path("proposals/", proposals.proposals_page, name="proposals"),
    path("proposals/<uuid:proposal_id>/", proposals.proposal_page, name="proposal"),
    path("proposals/<uuid:proposal_id>/approve/", proposals.approve, name="approve_proposal"),
    path("proposals/<uuid:proposal_id>/return/", proposals.send_back, name="return_proposal"),
    path("proposals/<uuid:proposal_id>/withdraw/", proposals.withdraw, name="withdraw_proposal"),
    path("units/", units.units_page, name="units"),
    path("units/new/", units.new_unit, name="new_unit"),
    path("units/<uuid:unit_id>/", units.unit_page, name="unit"),
    path("units/<uuid:unit_id>/active/", units.set_active, name="unit_active"),
    path("roles/", roles.roles_page, name="roles"),
    path("authority/", authority.authority_page, name="authority"),
    path("authority/<int:version>/", authority.version_page, name="authority_version"),
    path("authority/edit/", authority.edit_page, name="authority_edit"),
]
