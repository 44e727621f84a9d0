"""How well the search finds what people mean, over the demo catalogue; what it does not find first is named."""

import django

django.setup()

from django.core.management import call_command
from django.test.utils import setup_test_environment

from shop.catalogue.search.building import build
from tests.bench.judging import judgements, shares


def main() -> None:
    setup_test_environment()  # pages tell what they were made of
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)  # for all the steps that follow
    with open("/dev/null", "w") as quiet:
        call_command("load_demo", "--yes-on-this-server", stdout=quiet, stderr=quiet)
    build()
    first, few, missed = shares()
    print(f"  {len(list(judgements()))} queries: first {first:.1%}, in the first five {few:.1%}")
    for judgement, place in missed:
        print(
            f"  {judgement.query!r} is to find {judgement.meant}: {f'at {place}' if place else 'not found'}"
        )


if __name__ == "__main__":
    main()
