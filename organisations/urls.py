from django.urls import path

from .views import audit, invitation, members, merge, organisation, sessions, source, suggestion, verification

app_name = "organisations"

urlpatterns = [
    path("organisations/", organisation.listing, name="organisation_list"),
    path("organisations/new/", organisation.add, name="organisation_add"),
    path("organisations/to-check/", verification.to_check, name="organisation_to_check"),
    path("organisations/suggestions/", suggestion.listing, name="suggestion_list"),
    path("organisations/suggestions/<uuid:pk>/", suggestion.decide, name="suggestion_decide"),
    path("organisations/<slug:slug>/", organisation.detail, name="organisation_detail"),
    path("organisations/<slug:slug>/edit/", organisation.change, name="organisation_change"),
    path("organisations/<slug:slug>/history/", organisation.history, name="organisation_history"),
    path("organisations/<slug:slug>/verify/", verification.verify, name="organisation_verify"),
    path("organisations/<slug:slug>/suspend/", verification.suspend, name="organisation_suspend"),
    path("organisations/<slug:slug>/sources/new/", source.add, name="source_add"),
    path("organisations/<slug:slug>/sources/<uuid:pk>/", source.change, name="source_change"),
    path("organisations/<slug:slug>/merge/", merge.merge, name="organisation_merge"),
    path("organisations/<slug:slug>/suggest/", suggestion.suggest, name="suggestion_make"),
    path("members/", members.listing, name="members_list"),
    path("audit/", audit.trail, name="audit"),
    path("audit/export/", audit.export, name="audit_export"),
    path("members/<uuid:pk>/end/", members.end, name="members_end"),
    path("members/<uuid:pk>/change/", members.change, name="members_change"),
    path("members/<uuid:pk>/confirm/", members.confirm, name="members_confirm"),
    path("members/<uuid:pk>/refuse/", members.refuse, name="members_refuse"),
    path("members/accounts/<uuid:pk>/close/", members.close, name="members_close"),
    path("members/accounts/<uuid:pk>/reopen/", members.reopen, name="members_reopen"),
    path("members/invite/<slug:slug>/", invitation.invite, name="invitation_send"),
    path("members/invitations/<uuid:pk>/again/", invitation.send_again, name="invitation_send_again"),
    path("members/invitations/<uuid:pk>/withdraw/", invitation.withdraw, name="invitation_withdraw"),
    path("invitation/<str:token>/", invitation.answer, name="invitation_answer"),
    path("sessions/here/", sessions.here, name="session_here"),
    path("sessions/idle/", sessions.idle, name="session_idle"),
    path("sessions/<int:pk>/end/", sessions.end, name="session_end"),
]
