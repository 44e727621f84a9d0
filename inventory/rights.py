"""Gives a group of staff its rights, for migrations."""

from collections.abc import Mapping, Sequence
from typing import Any


def grant(
    apps: Any, schema_editor: Any, *, group: str, may: Mapping[str, Mapping[str, Sequence[str]]]
) -> None:
    """Let the group do these things with these models: {app label: {model: actions}}; the group is made if need be.

    Django makes permissions only after all migrations have run: those that are missing are made here.
    """
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    found, _ = groups.get_or_create(name=group)
    for app_label, models in may.items():
        for model, actions in models.items():
            name = apps.get_model(app_label, model)._meta.verbose_name
            content_type, _ = content_types.get_or_create(app_label=app_label, model=model)
            for action in actions:
                permission, _ = permissions.get_or_create(
                    content_type=content_type,
                    codename=f"{action}_{model}",
                    defaults={"name": f"Can {action} {name}"},
                )
                found.permissions.add(permission)
