"""How Django finds the account of one who signs in or is signed in: by the connection for accounts."""

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest


class Accounts(BaseBackend):
    """Signs in by e-mail and password. Whoever has no password, or a wrong one, costs the same time."""

    def authenticate(
        self, request: HttpRequest | None, email: str | None = None, password: str | None = None, **more: Any
    ) -> Any:
        if not email or not password:
            return None
        people = get_user_model()
        user = people.objects.filter(email=email.strip().lower()).first()
        if user is None:
            people().set_password(password)  # the same work as for one who is known
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: UUID) -> Any:
        return get_user_model().objects.filter(pk=user_id, is_active=True).first()
