"""`.env.example` is the operator's list of settings: it must be the whole list, and no more."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOT_FOR_OPERATORS = {"ENV_FILE"}  # lets the tests look away from a developer's .env


def test_env_example_names_exactly_the_variables_that_settings_read():
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "shop" / "settings.py").read_text()))
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert named == read - NOT_FOR_OPERATORS
