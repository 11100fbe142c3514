"""The people of the demo, all invented, with numbers that Ofcom and ARCEP reserve for fiction."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One person of the demo clinic. A patient has a record number; staff have a role."""

    name: str
    e164: str
    language: str
    record_number: str = ""
    birth_date: date | None = None
    role: str = ""


def _uk(last: int) -> str:
    return f"+447700900{last:03}"


# name, last three digits (or a whole number), language, birth date
_PATIENTS = (
    ("Eleanor Whitcombe", _uk(321), "en", (1948, 3, 14)),
    ("Rémi Lefebvre", _uk(417), "fr", (1979, 11, 2)),
    ("Joanna Kowalska", _uk(604), "pl", (1986, 6, 21)),
    ("Sanne de Vries", _uk(512), "nl", (1991, 1, 30)),
    ("Lucía Fernández", _uk(538), "es", (1995, 9, 8)),
    ("Budi Santoso", _uk(571), "id", (1972, 12, 17)),
    ("George Pemberton", _uk(302), "en", (1955, 7, 4)),
    ("Amelia Thornbury", _uk(303), "en", (1990, 2, 11)),
    ("Oliver Ashdown", _uk(304), "en", (2001, 5, 25)),
    ("Priya Raman", _uk(305), "en", (1983, 10, 19)),
    ("Thomas Hartley", _uk(306), "en", (1967, 8, 1)),
    ("Grace Okafor", _uk(307), "en", (1976, 4, 9)),
    ("Daniel Fairweather", _uk(308), "en", (1999, 12, 3)),
    ("Margaret Oldroyd", _uk(309), "en", (1941, 6, 28)),
    ("Samuel Birch", _uk(310), "en", (1988, 3, 7)),
    ("Isla Cartwright", _uk(311), "en", (2016, 9, 15)),  # a child: shares her mother's phone
    ("Hannah Cartwright", _uk(311), "en", (1987, 1, 22)),
    ("Walter Penrose", _uk(312), "en", (1950, 11, 11)),
    ("Camille Rousseau", "+33639980112", "fr", (1969, 5, 6)),
    ("Hugo Marchand", "+33639980113", "fr", (1993, 7, 27)),
    ("Élodie Garnier", _uk(419), "fr", (1982, 2, 14)),
    ("Théo Beaumont", _uk(420), "fr", (2004, 10, 10)),
    ("Daan Visser", _uk(513), "nl", (1958, 4, 18)),
    ("Femke Jansen", _uk(514), "nl", (1974, 8, 23)),
    ("Pieter van den Berg", _uk(515), "nl", (1996, 6, 5)),
    ("Łukasz Wiśniewski", _uk(605), "pl", (1980, 3, 29)),
    ("Agnieszka Zielińska", _uk(606), "pl", (1992, 12, 12)),
    ("Stanisław Dąbrowski", _uk(607), "pl", (1949, 9, 1)),
    ("Zofia Krawczyk", _uk(608), "pl", (2010, 7, 16)),
    ("Carmen Ortega", _uk(539), "es", (1963, 1, 5)),
    ("Javier Molina", _uk(540), "es", (1977, 11, 24)),
    ("Nuria Campos", _uk(541), "es", (1989, 5, 13)),
    ("Álvaro Peña", _uk(542), "es", (2003, 2, 20)),
    ("Siti Rahmawati", _uk(572), "id", (1984, 8, 8)),
    ("Agus Wijaya", _uk(573), "id", (1966, 10, 31)),
    ("Dewi Lestari", _uk(574), "id", (1998, 4, 2)),
    ("Florence Ingram", _uk(313), "en", (1971, 7, 19)),
    ("Henry Lockwood", _uk(314), "en", (1985, 5, 30)),
    ("Beatrice Holloway", _uk(315), "en", (1959, 12, 26)),
    ("Arthur Merriweather", _uk(316), "en", (1994, 9, 3)),
)

PATIENTS = tuple(
    DemoPerson(name, e164, language, f"HS-{1001 + at}", date(*born))
    for at, (name, e164, language, born) in enumerate(_PATIENTS)
)

# Who has a visit today or tomorrow when the demo begins: name, last three digits (0: no phone), language, birth year, what
# became of the questions. See launch/demo_past.py.
_VISITORS = (
    ("Aisha Rahman", 650, "en", 1984, "reply"),
    ("Tomasz Wójcik", 651, "pl", 1978, "reply"),
    ("Eileen Marsh", 652, "en", 1951, "silent"),
    ("Hugo Martins", 653, "pt", 1990, "link"),
    ("Grace Adeyemi", 654, "en", 1988, "reply"),
    ("Daniel Hughes", 655, "en", 1969, "failed"),
    ("María José Fernández-Castellanos", 656, "es", 1993, "reply"),
    ("Oliver Grant", 657, "en", 1980, "cancel"),
    ("Siti Nurhaliza", 658, "id", 1975, "reply"),
    ("Karim Haddad", 659, "fr", 1986, "staff"),
    ("Bridget Lowe", 660, "en", 1962, "reply"),
    ("Peter Novak", 661, "en", 1971, "late"),
    ("Nadia Rossi", 668, "it", 1979, "reply"),
    ("Lena Fischer", 663, "de", 1997, "reply"),
    ("Anton Berg", 664, "de", 1949, "another"),
    ("Mabel Osei", 665, "en", 1944, "reply"),
    ("Elif Aydin", 670, "en", 1992, "reply"),
    ("Gwen Parry", 671, "en", 1955, "reply"),
    ("Chloe Tan", 667, "en", 2000, "link"),
    ("Derek Hall", 662, "en", 1958, "silent"),
    ("Frank Mills", 669, "en", 1966, "late"),
    ("Ines Moreau", 666, "fr", 1983, "wrong"),
    ("Walter Stone", 0, "en", 1939, "silent"),
    ("Ivan Petrov", 672, "en", 1973, "silent"),
    ("Rosa Lind", 673, "nl", 1987, "reply"),
    ("Owen Pryce", 674, "en", 1964, "reply"),
    ("Dora Hale", 675, "en", 1947, "link"),
    ("Sam Whitfield", 676, "en", 1991, "reply"),
    ("Yusuf Demir", 677, "en", 1982, "reply"),
    ("Tom Baxter", 678, "en", 1959, "cancel"),
    ("Ruth Abrams", 679, "en", 1953, "reply"),
    ("Kate Moss-Hill", 680, "en", 1994, "silent"),
    ("Julia Sommer", 681, "de", 1989, "reply"),
    ("Piet Bakker", 682, "nl", 1968, "reply"),
    ("Carla Ricci", 683, "it", 1985, "silent"),
    ("Noah Whitlock", 684, "en", 2002, "reply"),
)

VISITORS = tuple(
    (
        DemoPerson(name, _uk(last) if last else "", language, f"HS-{2001 + at}", date(born, 1 + at % 12, 1 + at % 27)),
        what,
    )
    for at, (name, last, language, born, what) in enumerate(_VISITORS)
)

STAFF = (
    DemoPerson("Marta Kowal", _uk(741), "en", role="reception"),
    DemoPerson("Ruth Ellery", _uk(742), "en", role="reception_lead"),
    DemoPerson("Ben Carter", _uk(743), "en", role="manager"),
    DemoPerson("Amara Osei", _uk(745), "en", role="clinician"),
    DemoPerson("Inês Silva", _uk(746), "en", role="clinician"),
    DemoPerson("Jonas Brandt", _uk(747), "en", role="privacy_officer"),
    DemoPerson("Noor Haddad", _uk(748), "en", role="administrator"),
)

CLINICIANS = ("Nurse Silva", "Dr Osei", "Dr Lindqvist")
SERVICES = ("Check-up", "Blood test", "Consultation", "Vaccination")
