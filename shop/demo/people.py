"""Who logs in to the demo shop, and who buys there. All of them are invented."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils.translation import gettext_noop

from shop.customers.models import Address, User

PASSWORD = "demo-books"
READER = "reader@example.com"
STOCK_KEEPER = "stock@example.com"
MANAGER = "manager@example.com"
ADMINISTRATOR = "admin@example.com"
ROLES = {
    READER: gettext_noop("customer"),
    STOCK_KEEPER: gettext_noop("stock keeper"),
    MANAGER: gettext_noop("manager"),
    ADMINISTRATOR: gettext_noop("administrator"),
}


def _parts(text: str, between: str | None = None) -> list[str]:
    return text.split(between)


FIRST_NAMES = _parts(
    "Amelia Oliver Priya George Isla Noah Maisie Arthur Aisha Callum Freya Theo Niamh Samuel Zara Rhys "
    "Eleanor Kwame Imogen Hugo Beatrice Omar Harriet Finlay Leila Duncan Martha Jasper Chloe Idris Rosalind "
    "Marcus Sinead Felix Anjali Gareth Tabitha Leo Morag Elias Winifred Tariq Cerys Rupert Yasmin Angus "
    "Florence Dev Matilda Ewan Nadia Silas Bronwen Ravi Clementine Alasdair Funmi Piers Ottilie Kit"
)
LAST_NAMES = _parts(
    "Hartley Okafor Sharma Pemberton Lindqvist MacLeod Ashworth Begum Thornbury Griffiths Castellano Nwosu "
    "Fairweather Iyer Kowalski Braithwaite Hussain Penrose Sutherland Adeyemi Whitlock Moreau Llewellyn "
    "Bannerjee Stanhope Kerrigan Oyelaran Holloway Vasquez Rosenthal Drummond Achterberg Quayle Merriweather "
    "Farouk Tennant Ollerenshaw Bright Sandhu Carrow Delacourt Eastgate Fonseca Gilchrist Hale Inskip Jessop "
    "Kaur Lovell Mistry Nightingale Ormond Prentice Raeburn Stirling Trelawney Underhill Verity Wren Yardley"
)
STREETS = _parts(
    "Chandlers Row|Mill Lane|St Anne's Terrace|Orchard Road|Quayside|Beech Avenue|Castle Street|Harbour View|"
    "Priory Gardens|Weavers Yard|Station Road|Larkspur Close|King's Parade|Fuller's Hill|Elm Grove",
    between="|",
)
HOME = "GB"
TOWNS = [
    ("Norwich", "NR2"),
    ("Hebden Bridge", "HX7"),
    ("Edinburgh", "EH3"),
    ("Bristol", "BS6"),
    ("Cardiff", "CF11"),
    ("Whitby", "YO21"),
    ("Oxford", "OX4"),
    ("Glasgow", "G12"),
    ("Lewes", "BN7"),
    ("Sheffield", "S11"),
    ("Aberystwyth", "SY23"),
    ("Ludlow", "SY8"),
    ("Totnes", "TQ9"),
    ("Durham", "DH1"),
    ("London", "SE15"),
]
# Where a few people live: country, town, street and postcode.
ABROAD = [
    ("IE", "Dublin", "Chapel Lane", "D02 AX20"),
    ("IE", "Galway", "Harbour Street", "H91 AX20"),
    ("IE", "Cork", "Mill Road", "T23 AX20"),
    ("DE", "Leipzig", "Lindenstraße", "04275"),
    ("DE", "Hamburg", "Mühlenweg", "20099"),
]


@dataclass(frozen=True)
class Person:
    """Somebody who buys, as a guest."""

    name: str
    email: str
    address: dict[str, str]


@dataclass(frozen=True)
class Customer(Person):
    """Somebody with an account."""

    joined: datetime


def customers(random: Random, opened: datetime, count: int = 60) -> list[Customer]:
    """People with accounts; half of them came in the shop's first month, the others one by one."""
    names = _names(random)
    people = []
    for number in range(count):
        days = random.uniform(0, 30) if number % 2 else random.uniform(0, 480)
        person = _person(next(names), "example.com", random)
        people.append(Customer(person.name, person.email, person.address, opened + timedelta(days=days)))
    return people


def guests(random: Random) -> Iterator[Person]:
    """People without accounts, without end."""
    for name in _names(random):
        yield _person(name, "example.org", random)


def reader(random: Random, opened: datetime) -> Customer:
    """The customer whose login the demo gives away."""
    return Customer("Ada Reader", READER, _address_at_home("Ada Reader", random), opened)


def create_staff(opened: datetime) -> None:
    """The stock keeper and the manager, there since the shop opened."""
    for email, name, group, is_staff in [
        (STOCK_KEEPER, "Sam Keeper", "Stock keepers", True),
        (MANAGER, "Mona Ledger", "Managers", False),
    ]:
        user = User.objects.create_user(email, PASSWORD, name=name, date_joined=opened, is_staff=is_staff)
        user.groups.set(Group.objects.filter(name=group))


def create_administrator(opened: datetime) -> None:
    """Who may do everything; made last, and so a sign that all the rest is there."""
    if not User.objects.filter(email=ADMINISTRATOR).exists():
        User.objects.create_superuser(ADMINISTRATOR, PASSWORD, name="Alex Admin", date_joined=opened)


def create_customers(people: list[Customer]) -> None:
    """Accounts with addresses. Only the reader has a password: nobody logs in as the others."""
    User.objects.bulk_create(
        User(
            email=person.email,
            name=person.name,
            date_joined=person.joined,
            password=make_password(PASSWORD if person.email == READER else None),
        )
        for person in people
    )
    keys = dict(User.objects.values_list("email", "pk"))
    Address.objects.bulk_create(Address(user_id=keys[person.email], **person.address) for person in people)


def _person(name: str, domain: str, random: Random) -> Person:
    return Person(name, f"{name.lower().replace(' ', '.')}@{domain}", _address(name, random))


def _names(random: Random) -> Iterator[str]:
    """First and last names, no two together twice until all have been."""
    pairs = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
    while True:
        random.shuffle(pairs)
        yield from pairs


def _address(name: str, random: Random) -> dict[str, str]:
    is_abroad = random.random() < 0.06
    return (_address_abroad if is_abroad else _address_at_home)(name, random)


def _address_at_home(name: str, random: Random) -> dict[str, str]:
    town, area = random.choice(TOWNS)
    postcode = f"{area} {random.randint(1, 9)}{random.choice('ABDEFGHJLN')}{random.choice('PQRSTUWXYZ')}"
    return {
        "recipient": name,
        "line1": f"{random.randint(1, 120)} {random.choice(STREETS)}",
        "city": town,
        "postcode": postcode,
        "country": HOME,
    }


def _address_abroad(name: str, random: Random) -> dict[str, str]:
    country, town, street, postcode = random.choice(ABROAD)
    number = random.randint(1, 90)
    return {
        "recipient": name,
        "line1": f"{street} {number}" if country == "DE" else f"{number} {street}",
        "city": town,
        "postcode": postcode,
        "country": country,
    }
