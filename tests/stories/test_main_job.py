"""A practice brings in its appointments; patients get texts in their languages, answer, and the calendar knows."""

import pytest

from tests.phones import CLINIC, DAY, Demo, in_days

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
MAUD, EWA, LUC, BRAN, INES = (f"+447700900{last}" for last in (801, 802, 803, 804, 805))
VISIT = in_days(9)
GOOD = (
    ("V-1", "Maud Ellery", "9001", "07700 900801", "English", VISIT, "10:30", "Dr Costa"),
    ("V-2", "Ewa Żółkiewska", "9002", "07700 900802", "polski", VISIT, "10:40", "Dr Costa"),
    ("V-3", "Léo Maçon", "9003", "07700 900803", "Français", VISIT, "10:50", "Dr Costa"),
    ("V-4", "Bran Holt", "9004", "07700 900804", "en", VISIT, "11:00", "Dr Costa"),
    ("V-5", "Inés Ochoa", "9005", "07700 900805", "es", VISIT, "11:10", "Dr Costa"),
)
BROKEN = (
    ("V-6", "Ida Brook", "9006", "07700 900806", "English", "31/02/2031", "11:40", "Dr Costa"),
    ("V-7", "", "9007", "07700 900807", "English", VISIT, "", "Dr Costa"),
)


def test_booked_appointment_becomes_a_text_and_the_answer_changes_the_calendar(demo: Demo) -> None:
    # Given a file of a practice system, with people of four languages and two rows that can't be read
    said = demo.bring_in(*GOOD, *BROKEN, announce="all")
    assert (said["new"], said["error_count"], said["left_out"]) == (5, 2, 2), said
    assert [error["row"] for error in said["errors"]] == [7, 8]
    assert all(error["reason"] and error["fix"] for error in said["errors"])

    # When it is brought in once more, then nothing changes
    again = demo.bring_in(*GOOD, *BROKEN)
    assert (again["new"], again["moved"], again["unchanged"]) == (0, 0, 5)

    # When the morning comes, then each phone shows the confirmation in its owner's language
    demo.wait(DAY)
    words = {MAUD: "your appointment is booked", EWA: "wizyta umówiona", LUC: "votre rendez-vous est pris"}
    words |= {BRAN: "your appointment is booked", INES: "su cita queda"}
    for phone, part in words.items():
        (text,) = demo.texts(phone)
        assert part in text
        assert "/r/" in text

    # When it is three days before the visit, then each is asked
    demo.wait(6 * DAY)
    asked = {MAUD: "Reply 1 to confirm", EWA: "Odpisz 1", LUC: "Répondez 1", INES: "Responda 1"}
    for phone, part in asked.items():
        assert len(demo.texts(phone)) == 2
        assert part in demo.texts(phone)[-1]

    # When they answer 1, 2, 3, STOP and something else, then each hears what happened
    assert "See you" in demo.answer(MAUD, "1")
    assert demo.answer(EWA, "2")
    assert demo.answer(LUC, "3")
    assert "no more messages" in demo.answer(BRAN, "STOP")
    assert "Harbour Street Clinic: gracias" in demo.answer(
        INES, "¿Puedo llevar a mi perro?"
    )  # from when depends on the hour

    # Then the calendar tells the same
    told = {name: demo.visit(name) for name in ("V-1", "V-2", "V-3", "V-4", "V-5")}
    assert {name: one["state"] for name, one in told.items()} == {
        "V-1": "confirmed",
        "V-2": "booked",
        "V-3": "cancelled",
        "V-4": "booked",
        "V-5": "booked",
    }
    assert [name for name, one in told.items() if one["wants_another_time"]] == ["V-2"]
    assert [one["record_number"] for one in told.values()] == ["9001", "9002", "9003", "9004", "9005"]

    # When the day before comes, then only the silent one who may be written to is asked again
    counts = {phone: len(demo.texts(phone)) for phone in (MAUD, EWA, LUC, BRAN, INES)}
    demo.wait(2 * DAY)
    grown = [phone for phone, count in counts.items() if len(demo.texts(phone)) > count]
    assert grown == [INES]

    # And behind the scenes stands why Bran got none, and what became of Maud's answer
    assert any(line["raw"].get("rule") == "withdrawn" for line in demo.story(BRAN))
    titles = [line["title"] for line in demo.story(MAUD)]
    assert {"Reply received", "Appointment confirmed", "Delivered", "Handed to the carrier"} <= set(titles)

    # And the audit's chain is whole
    report = demo.inside(
        "from recado.clinics import queries\n"
        "from recado.foundation import audit\n"
        f"clinic = queries.clinic_by_slug('{CLINIC}').id\n"
        "audit.seal_all()\n"
        "found = audit.verify(clinic)\n"
        "say([found.is_whole, found.seals, found.events, found.waiting])"
    )
    assert report[0] is True
    assert report[1] > 0
    assert report[2] > 40


def test_appointment_that_moves_is_told_at_once_and_asked_for_its_new_day(demo: Demo) -> None:
    # Given a visit that was confirmed by text
    who = ("Nora Field", "9101", "07700 900811", "English")
    phone = "+447700900811"
    start = in_days(40)
    demo.bring_in(("M-1", *who, start, "10:30", "Dr Costa"), announce="all", source="moves")
    demo.wait(DAY)
    assert len(demo.texts(phone)) == 1
    old = demo.texts(phone)[0]

    # When the practice moves it, then the patient is told, and the old link has ended
    said = demo.bring_in(("M-1", *who, in_days(41), "14:00", "Dr Costa"), source="moves")
    assert said["moved"] == 1
    demo.wait(DAY)
    assert "has moved to" in demo.texts(phone)[-1]
    assert demo.page("/r/" + old.rsplit("/r/", 1)[1].rstrip("."))[0] == 410

    # When the practice cancels it, then she is told, and nothing more comes
    rows = ("M-1", *who, in_days(41), "14:00", "Dr Costa")
    file = demo.product.folder / "cancel.csv"
    header = "Appt ID;Patient;Record number;Mobile;Language;Date;Time;Clinician;Status"
    file.write_text(f"{header}\n{';'.join(rows)};cancelled\n", "utf-8")
    done = demo.product.run("import", "appointments", str(file), "--clinic", CLINIC, "--source", "moves", "--json")
    assert '"cancelled": 1' in done.stdout
    demo.wait(DAY)
    count = len(demo.texts(phone))
    assert "is cancelled" in demo.texts(phone)[-1]
    demo.wait(40 * DAY)
    assert len(demo.texts(phone)) == count
