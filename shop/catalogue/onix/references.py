"""What books refer to, found by name and made where there is none: publishers, series, people, suppliers, codes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import models

from shop import rows
from shop.catalogue.models import (
    DEFAULT_COLOUR,
    Contributor,
    Publisher,
    Series,
    Subject,
    SubjectCode,
    Supplier,
)

from .own import is_own, own_places
from .product import Code, Distributor, Person
from .schemes import Place, places_of

AT_ONCE = 500  # values of one query: SQLite limits them


def publishers(names: Iterable[str]) -> dict[str, int]:
    """The keys of the publishers of these names."""
    return _by_unique_name(Publisher, names)


def series(names: Iterable[str]) -> dict[str, int]:
    """The keys of the series of these names."""
    return _by_unique_name(Series, names)


def _by_unique_name(model: type[Any], names: Iterable[str]) -> dict[str, int]:
    """MariaDB's collation finds "PENGUIN" under "Penguin", and allows it once: then the one stands for the other."""
    wanted = sorted(set(filter(None, names)))
    found = dict(_found(model, "name", wanted, ("name", "pk")))
    missing = [name for name in wanted if name not in found]
    if missing:
        model.objects.bulk_create((model(name=name) for name in missing), ignore_conflicts=True)
        found |= dict(_found(model, "name", missing, ("name", "pk")))
        for name in missing:
            if name not in found:
                found[name] = model.objects.get_or_create(name=name)[0].pk
    return {name: found[name] for name in wanted}


def people(persons: Iterable[Person]) -> dict[str, int]:
    """The keys of the contributors of exactly these names, of namesakes the first; a biography fills an empty one."""
    wanted: dict[str, Person] = {}
    for person in persons:
        if person.name not in wanted or (person.biography and not wanted[person.name].biography):
            wanted[person.name] = person
    names = sorted(wanted)
    found = _contributors(names)
    missing = [wanted[name] for name in names if name not in found]
    rows.insert(
        Contributor, ("name", "sort_name", "biography"), ((p.name, p.sort_name, p.biography) for p in missing)
    )
    if told := {
        found[name]: wanted[name].biography for name in found if name in wanted and wanted[name].biography
    }:
        silent = Contributor.objects.filter(pk__in=list(told), biography="").values_list("pk", flat=True)
        rows.update(Contributor, {key: {"biography": told[key]} for key in silent})
    return found | _contributors([person.name for person in missing])


def _contributors(names: Sequence[str]) -> dict[str, int]:
    """By name; MariaDB also finds other spellings (Jose for José), which do no harm here."""
    return dict(sorted(_found(Contributor, "name", names, ("name", "pk")), key=lambda row: -row[1]))


def suppliers(distributors: Iterable[Distributor]) -> dict[Distributor, int]:
    """The keys of the suppliers; who has no name is none."""
    wanted = {d for d in distributors if d.name}
    keys: dict[Distributor, int] = {}
    for distributor in sorted(wanted):
        supplier, _is_new = Supplier.objects.get_or_create(
            scheme=distributor.scheme,
            identifier=distributor.identifier,
            name=distributor.name,
            defaults={"email": distributor.email, "telephone": distributor.telephone},
        )
        keys[distributor] = supplier.pk
    return keys


def subject_codes(codes: Iterable[Code]) -> dict[tuple[str, str], tuple[int, int | None]]:
    """By scheme and code: the key of the code, and of the shop's subject that it stands for, if any.

    A code that comes for the first time is mapped by `schemes`, one of the shop's own to the subject that it names;
    afterwards the mapping is for staff alone.
    """
    wanted: dict[tuple[str, str], Code] = {}
    for code in codes:
        known = wanted.get((code.scheme, code.code))
        if known is None or (code.heading and not known.heading):
            wanted[code.scheme, code.code] = code
    found = _codes(wanted)
    missing = [wanted[key] for key in sorted(wanted.keys() - found.keys())]
    if missing:
        places = {(c.scheme, c.code): above for c in missing if (above := _places(c))}
        subjects = _subjects(place for those in places.values() for place in those)
        SubjectCode.objects.bulk_create(
            (
                SubjectCode(
                    scheme=c.scheme,
                    code=c.code,
                    heading=c.heading,
                    subject_id=subjects[places[c.scheme, c.code][-1].path]
                    if (c.scheme, c.code) in places
                    else None,
                )
                for c in missing
            ),
            ignore_conflicts=True,
        )
        found |= _codes({(c.scheme, c.code): c for c in missing})
        for c in missing:  # spelled in two ways that the database takes for one
            if (c.scheme, c.code) not in found:
                row = SubjectCode.objects.get(scheme=c.scheme, code=c.code)
                found[c.scheme, c.code] = row.pk, row.subject_id
    return found


def _places(code: Code) -> tuple[Place, ...]:
    """Where in the tree a new code belongs, from the top down."""
    if is_own(code.scheme, code.code):
        return own_places(code.code, code.heading)
    return places_of(code.scheme, code.code)


def _codes(wanted: Mapping[tuple[str, str], Code]) -> dict[tuple[str, str], tuple[int, int | None]]:
    columns = ("scheme", "code", "pk", "subject_id")
    rows_found = _found(SubjectCode, "code", sorted({code for _scheme, code in wanted}), columns)
    return {
        (scheme, code): (key, subject)
        for scheme, code, key, subject in rows_found
        if (scheme, code) in wanted
    }


def _subjects(places: Iterable[Place]) -> dict[str, int]:
    """The keys of the subjects at these places of the tree, by path, made where there is none.

    What a place is part of is among them.
    """
    wanted = {place.path: place for place in places}
    there = dict(Subject.objects.filter(path__in=wanted).values_list("path", "pk"))
    found = {path: there[path] for path in wanted if path in there}
    # MariaDB finds "Fiction" for "fiction", and allows it once.
    folded = {path.casefold(): key for path, key in there.items()}
    for path in sorted(wanted.keys() - found.keys(), key=lambda path: path.split("/")):  # the top first
        if path.casefold() in folded:
            found[path] = folded[path.casefold()]
            continue
        above, _slash, slug = path.rpartition("/")
        place, top = wanted[path], wanted[path.partition("/")[0]]
        subject = Subject(
            name=place.name,
            slug=slug,
            parent=Subject.objects.get(pk=found[above]) if above else None,
            colour=place.colour or top.colour or DEFAULT_COLOUR,
        )
        subject.save()
        found[path] = folded[path.casefold()] = subject.pk
    return found


def _found(
    model: type[models.Model], column: str, values: Collection[str], columns: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    values = list(values)
    for start in range(0, len(values), AT_ONCE):
        chunk = values[start : start + AT_ONCE]
        yield from model._default_manager.filter(**{f"{column}__in": chunk}).values_list(*columns)
