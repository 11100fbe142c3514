"""Who may open a page or call an address: a mark on the view itself, which a house test asks of every URL.

@needs(Permission.SEE_APPOINTMENTS)
def day(request): ...

@public("a patient opens it by a link that nobody can guess")
def appointment(request, token): ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from recado.clinics import queries
from recado.clinics.roles import Permission, Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

_MARK = "recado_access"


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks for: a permission, or nothing, with the reason why that is right."""

    permission: Permission | None
    reason: str = ""
    others: tuple[Permission, ...] = ()  # any of these opens it as well
    also: Permission | None = None  # and this one must be there in any case

    def admits(self, role: Role) -> bool:
        """Whether people of this role come through."""
        if self.also is not None and not role.may(self.also):
            return False
        return self.permission is None or any(role.may(one) for one in (self.permission, *self.others))


def public(reason: str) -> Callable[[View[P]], View[P]]:
    """Marks a view that anyone may call. `reason` says what protects what it shows."""

    def mark(view: View[P]) -> View[P]:
        setattr(view, _MARK, Access(None, reason))
        return view

    return mark


def needs(permission: Permission, *others: Permission, also: Permission | None = None) -> Callable[[View[P]], View[P]]:
    """Lets through who has the permission (or one of the others), and `also`, in the clinic of the request (`request.clinic_id`).
    Raises PermissionDenied for everyone else, also where nobody is signed in or no clinic is chosen."""

    def mark(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not any(may(request, one) for one in (permission, *others)) or (also and not may(request, also)):
                raise PermissionDenied("You may not open this. Ask an administrator of the clinic.")
            return view(request, *args, **kwargs)

        setattr(guarded, _MARK, Access(permission, others=others, also=also))
        return guarded

    return mark


def may(request: HttpRequest, permission: Permission) -> bool:
    """Whether the one who asks has the permission, for pages that show less to some."""
    user: Any = getattr(request, "user", None)
    clinic_id = getattr(request, "clinic_id", None)
    if user is None or not user.is_authenticated or not user.is_active or not isinstance(clinic_id, UUID):
        return False
    role = getattr(request, "role", None) or queries.role_of(clinic_id=clinic_id, user_id=user.pk)
    return role is not None and role.may(permission)


def access_of(view: Callable[..., Any]) -> Access | None:
    """The mark of a view, or None where it was forgotten."""
    found = getattr(view, _MARK, None)
    return found if isinstance(found, Access) else None
