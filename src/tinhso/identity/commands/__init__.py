"""Every write of identity, by what it is about."""

from tinhso.identity.commands.agencies import import_agencies, succeed_agencies
from tinhso.identity.commands.mandates import end_deputation, grant_role, lend_mandate, revoke_role
from tinhso.identity.commands.people import (
    change_password,
    confirm_email,
    create_user,
    export_identity,
    register_citizen,
    request_password_reset,
    reset_password,
    set_active,
    update_profile,
)
from tinhso.identity.commands.sign_in import (
    begin_second_factor,
    confirm_second_factor,
    create_token,
    note_token_use,
    record_sign_in,
    renew_recovery_codes,
    reseal_secrets,
    reset_second_factor,
    revoke_token,
    use_second_factor,
)

__all__ = [
    "begin_second_factor",
    "change_password",
    "confirm_email",
    "confirm_second_factor",
    "create_token",
    "create_user",
    "end_deputation",
    "export_identity",
    "grant_role",
    "import_agencies",
    "lend_mandate",
    "note_token_use",
    "record_sign_in",
    "register_citizen",
    "renew_recovery_codes",
    "request_password_reset",
    "reseal_secrets",
    "reset_password",
    "reset_second_factor",
    "revoke_role",
    "revoke_token",
    "set_active",
    "succeed_agencies",
    "update_profile",
    "use_second_factor",
]
