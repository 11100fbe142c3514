"""What the entrance hall itself keeps."""

from typing import ClassVar

from django.db import models

from recado.foundation.tenancy import GlobalModel


class DemoMark(GlobalModel):
    """One row in a database that was made as a demo, none in any other. Nothing can add it later but `recado demo-load`."""

    global_reason = "says whether the installation is a demo; one row without any data"
    grants: ClassVar = {"app": "SELECT", "dispatch": "SELECT", "maintenance": "SELECT, INSERT"}

    id = models.SmallIntegerField(primary_key=True, default=1)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(name="launch_demo_one_row", condition=models.Q(id=1)),)
