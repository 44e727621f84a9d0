"""Print a report."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reports import exports
from reports.definitions import REPORTS

FORMATS = {
    "table": exports.as_table,
    "csv": lambda definition, report: "".join(exports.as_csv(definition, report)).rstrip("\r\n"),
    "json": exports.as_json,
}
OPTIONS = {  # of some reports only
    "sort": "what the first rows have most of: copies, spent, revenue or orders",
    "more_than": "popular_books: only books ordered more than so many times",
    "customer": "customer_orders: the number of one of the customer's orders",
}


class Command(BaseCommand):
    help = (
        f"Print a report: {', '.join(REPORTS)}. Days are days in the shop's zone; times in JSON are in UTC."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help=", ".join(REPORTS))
        parser.add_argument(
            "--from", metavar="DAY", help="first day, as YYYY-MM-DD; a year before the last one"
        )
        parser.add_argument("--to", metavar="DAY", help="last day; today")
        parser.add_argument("--format", choices=FORMATS, default="table")
        for option, meaning in OPTIONS.items():
            parser.add_argument(f"--{option.replace('_', '-')}", help=meaning)

    def handle(self, *args: Any, **options: Any) -> None:
        definition = REPORTS.get(options["name"])
        if definition is None:
            raise CommandError(f"There is no report {options['name']}. There are {', '.join(REPORTS)}.")
        asked = {name: options[name] for name in ("from", "to", *OPTIONS) if options[name] is not None}
        form = definition.form(asked, today=timezone.localdate())
        unknown = asked.keys() - form.fields.keys()
        if unknown:
            raise CommandError(f"{definition.name} takes no --{min(unknown).replace('_', '-')}.")
        if not form.is_valid():
            raise CommandError(
                " ".join(
                    f"{'' if name == '__all__' else '--' + name.replace('_', '-') + ': '}{problem}"
                    for name, problems in form.errors.items()
                    for problem in problems
                )
            )
        if options["format"] == "table":
            self.stdout.write(f"{definition.title}, {form.period.first} to {form.period.last}\n\n")
        self.stdout.write(FORMATS[options["format"]](definition, definition.run(form)))
