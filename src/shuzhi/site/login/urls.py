"""Addresses of log-in, accounts, application keys and the audit trail."""

from django.urls import path

from shuzhi.site import auditpages
from shuzhi.site.login import account_pages, citizens, oidc_pages, pages

urlpatterns = [
    path("login/", pages.log_in, name="login"),
    path("login/code/", pages.second_factor, name="second_factor"),
    path("login/oidc/", oidc_pages.start, name="oidc_start"),
    path("login/oidc/return/", oidc_pages.come_back, name="oidc_return"),
    path("logout/", pages.log_out, name="logout"),
    path("me/login/", citizens.ask_phone, name="citizen_login"),
    path("me/login/code/", citizens.ask_code, name="citizen_code"),
    path("me/logout/", citizens.leave, name="citizen_logout"),
    path("desk/account/", pages.account, name="account"),
    path("desk/account/password/", pages.change_password, name="change_password"),
    path("desk/account/second-factor/", pages.enrol_second_factor, name="enrol_second_factor"),
    path("desk/account/recovery-codes/", pages.recovery_codes, name="recovery_codes"),
    path("desk/accounts/", account_pages.list_accounts, name="accounts"),
    path("desk/accounts/new/", account_pages.new_account, name="account_new"),
    path("desk/accounts/<int:user_id>/", account_pages.edit_account, name="account_edit"),
    path("desk/accounts/<int:user_id>/grant/", account_pages.grant, name="account_grant"),
    path("desk/accounts/<int:user_id>/revoke/", account_pages.revoke, name="account_revoke"),
    path("desk/accounts/<int:user_id>/password/", account_pages.reset_password, name="account_password"),
    path("desk/accounts/<int:user_id>/<slug:step>/", account_pages.take_step, name="account_step"),
    path("desk/keys/", account_pages.application_keys, name="application_keys"),
    path("desk/keys/<slug:key_id>/revoke/", account_pages.revoke_key, name="application_key_revoke"),
    path("desk/audit/", auditpages.trail, name="audit"),
    path("desk/audit/export.csv", auditpages.export, name="audit_export"),
]
