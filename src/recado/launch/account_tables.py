"""Which tables are reached as the role `accounts`: those that are asked before anybody, or any clinic, is known.

The role that screens work as can read neither a session nor a passkey; the role that signs people in can read no
patient. What the clinics room does to accounts inside a clinic's transaction names the default connection itself.
"""

from typing import Any

ROOMS = frozenset({"sessions", "account", "mfa", "usersessions", "django_cache"})


class AccountTables:
    """Django's router: sessions, sign-in methods and accounts by the connection of their own."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        label = model._meta.app_label
        is_account = label in ROOMS or (label == "clinics" and model._meta.model_name == "user")
        return "accounts" if is_account else None

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True  # one database, two roles

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"
