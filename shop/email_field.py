"""E-mail addresses in the database: in lower case, so that one address is one text, whoever writes it."""

from typing import Any

from django.db import models


class LowerCaseEmailField(models.EmailField):
    """An e-mail address in lower case, whoever writes it or looks for it."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value.lower() if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> Any:
        # The column is an ordinary one: migrations need not know.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs
