"""The page of a dialogue: its steps from top to bottom, the one that is looked at beside them, and a phone to try it on."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recado.clinics.access import may, needs
from recado.clinics.roles import Permission
from recado.dialogues import queries as dialogues
from recado.dialogues.types import FACTS, NEXT, TO_PERSON, Dialogue, Fault, Figures, Step, StepKind
from recado.foundation.tenancy import clinic_scope
from recado.foundation.works import WorkState
from recado.information import queries as information
from recado.messaging import queries as messages
from recado.web import shell
from recado.web.dialogues import reading, words
from recado.web.dialogues.writing import START
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of
from recado.web.wordings import editor as template_editor
from recado.web.wordings import reading as template_words

SHOWN_WORDS = 4
MOST_TRIED, LONGEST_TRIED = 40, 500
SPEAKING = (StepKind.ASK, StepKind.WORDS, StepKind.SAY, StepKind.PERSON, StepKind.END, StepKind.BOOK)
ALSO_SPEAKING = (StepKind.HOURS, StepKind.DIRECTIONS)


@dataclass(frozen=True, slots=True)
class Way:
    """A choice, or a case of a branch, and where it leads."""

    name: str
    leads: str


@dataclass(frozen=True, slots=True)
class Line:
    """One step from top to bottom."""

    key: str
    when: str
    icon: str
    title: str
    text: list[tuple[str, bool]]  # in pieces: which of them stand for something
    ways: list[Way]
    after: str  # what if unclear
    right: str  # share understood
    shares: list[str]
    note: str
    faults: list[str]
    is_selected: bool
    is_first: bool
    is_last: bool


@needs(Permission.SEE_MESSAGES, Permission.CHANGE_JOURNEYS)
@require_safe
@unknown_is_404
def show(request: HttpRequest, key: str) -> HttpResponse:
    """The draft, or else what is live; `?step=` shows a step (`start`: what begins it), `?language=` in which language."""
    return _page(request, key, request.GET.get("step", ""), request.GET.get("language", ""), [])


@needs(Permission.SEE_MESSAGES, Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def try_out(request: HttpRequest, key: str) -> HttpResponse:
    """Texts of an invented patient, `said` so far and one more: what would be answered. Nothing is sent or kept."""
    texts = [text.strip()[:LONGEST_TRIED] for text in request.POST.getlist("said")][-MOST_TRIED:]
    if request.POST.get("do") == "anew":
        texts = []
    return _page(
        request, key, request.POST.get("step", ""), request.POST.get("language", ""), [text for text in texts if text]
    )


def _page(request: HttpRequest, key: str, selected: str, asked: str, texts: list[str]) -> HttpResponse:
    clinic_id = clinic_of(request)
    reader = (get_language() or "en").split("-")[0]
    with clinic_scope(clinic_id):
        one = dialogues.dialogue(clinic_id, key)
        content = one.draft or one.published
        assert content is not None
        language = reading.language_of(asked or reader, content, clinic_id)
        figures = dialogues.figures(clinic_id).get(key, Figures())
        tried = dialogues.tried(clinic_id, content, texts, language)
        faults = dialogues.faults_of(content) if one.draft is not None else []
        past = dialogues.versions(clinic_id, key)
        pages = [(page.key, page.name) for page in information.pages(clinic_id)]
        sender = messages.number_of(clinic_id)
        step = next((step for step in content.steps if step.key == selected), None)
        looked = _looked(dialogues.look(clinic_id, step, language)) if step else None
    context = {
        "one": one,
        "key": key,
        "seen": one.row.changed_at.isoformat(),
        "content": content,
        "title": words.title(key, content.name),
        "chip": words.STATES[one.state],
        "is_live": one.state is WorkState.LIVE,
        "next_number": (past[0].number if past else 0) + 1,
        "figures": figures,
        "start": _start(content, language),
        "lines": _lines(content, language, figures, faults, selected),
        "faults": [dialogues.FAULTS[fault.code] for fault in faults if not fault.step],
        "fault_count": len(faults),
        "selected": selected,
        "is_start": selected == START,
        "step": step,
        "form": _form(content, step, language, pages) if step else None,
        "looked": looked,
        "language": language,
        "tabs": [(code, code == language) for code in reading.spoken(content)],
        "others": [code for code in reading.offered(clinic_id) if code not in reading.spoken(content)],
        "kinds": [(kind, name) for kind, (_icon, name) in words.KINDS.items()],
        "meanings": [(code, name, code in content.meanings) for code, name in words.MEANINGS.items()],
        "silences": words.SILENCES.items(),
        "tried": tried,
        "tried_end": words.ENDINGS[tried.ending] if tried.ending != "running" else None,
        "tried_task": words.TASKS[tried.task] if tried.task else "",
        "texts": texts,
        "first_words": next(iter(content.words.get(language) or next(iter(content.words.values()), ())), ""),
        "sender": sender,
        "may_change": may(request, Permission.CHANGE_JOURNEYS),
    }
    return shell.page(request, "recado/dialogues/editor.html", context, at="answers")


def _start(content: Dialogue, language: str) -> dict[str, Any]:
    every = [word for said in content.words.values() for word in said]
    spoken = [content.words.get(code, ()) for code in reading.spoken(content)]
    shown = [said[0] for said in spoken if said][:SHOWN_WORDS]
    meant = [str(words.MEANINGS[meaning]) for meaning in content.meanings if meaning in words.MEANINGS]
    rest = len(every) - len(shown)
    return {
        "title": _("A patient writes"),
        "words": shown,
        "more": ngettext("+ %(count)d phrase", "+ %(count)d phrases", rest) % {"count": rest} if rest else "",
        "meant": meant,
        "typed": "\n".join(content.words.get(language, ())),
    }


def _lines(content: Dialogue, language: str, figures: Figures, faults: list[Fault], selected: str) -> list[Line]:
    numbers = iter(range(1, len(content.steps) + 1))
    return [
        _line(content, at, step, language, figures, [one for one in faults if one.step == step.key], numbers, selected)
        for at, step in enumerate(content.steps)
    ]


def _line(
    content: Dialogue,
    at: int,
    step: Step,
    language: str,
    figures: Figures,
    faults: list[Fault],
    numbers: Any,
    selected: str,
) -> Line:
    icon, kind = words.KINDS[step.kind]
    saying = dialogues.saying(step, language)[1]
    is_question = step.kind in (StepKind.ASK, StepKind.WORDS)
    counted = figures.steps.get(step.key)
    shares = []
    if counted and step.kind is StepKind.ASK:
        total = sum(counted.choices.values()) or 1
        shares = [f"{choice}: {round(100 * count / total)}%" for choice, count in sorted(counted.choices.items())]
    understood = counted.share if counted and step.kind is StepKind.ASK else None
    return Line(
        step.key,
        _("Question %(number)d") % {"number": next(numbers)} if is_question else str(kind),
        icon,
        words.step_name(content, step.key),
        _pieces(
            saying.text + (f" {dialogues.how(step, language)}" if step.kind is StepKind.ASK and saying.choices else "")
        ),
        _ways(content, step, saying.choices),
        _after(content) if is_question else "",
        _("%(share)d%% understood") % {"share": understood}
        if understood is not None
        else (_("free text") if step.kind is StepKind.WORDS else ""),
        shares,
        _note(step),
        _told(faults, language),
        step.key == selected,
        at == 0,
        at + 1 == len(content.steps),
    )


def _pieces(text: str) -> list[tuple[str, bool]]:
    """A text in pieces, its places by what they are called; the marks of what may be left out are not shown."""
    found = template_words.pieces(text)
    named = {"{" + name + "}": str(words.PLACES[name]) for name in dialogues.PLACES}
    return [(named.get(piece, piece), is_place) for piece, is_place in found if piece not in ("[[", "]]")]


def _looked(look: messages.templates.Look | None) -> dict[str, Any] | None:
    """What to look at in the text of a step, as Templates shows it."""
    if look is None:
        return None
    return {
        "findings": [template_editor.finding(one) for one in look.findings],
        "fine": [_(lint.fine) for lint in look.fine],
        "size": template_editor.size(look.length) if look.length else "",
    }


def _told(faults: list[Fault], language: str) -> list[str]:
    """The faults of a step; one of another language says which."""
    told = (
        f"{_(dialogues.FAULTS[one.code])} ({one.language})"
        if one.language and one.language != language
        else _(dialogues.FAULTS[one.code])
        for one in faults
    )
    return list(dict.fromkeys(told))


def _ways(content: Dialogue, step: Step, labels: tuple[str, ...]) -> list[Way]:
    if step.kind is StepKind.BRANCH:
        return [Way(_fact(content, case.fact, case.value), words.leads(content, case.then)) for case in step.cases]
    return [
        Way(f"{at}, {label}", words.leads(content, step.then[at - 1] if at <= len(step.then) else NEXT))
        for at, label in enumerate(labels, 1)
    ]


def _after(content: Dialogue) -> str:
    hours = content.wait_hours
    if content.silence == "person":
        return _("Unclear twice, or no answer in %(hours)d h: to a person, with what was said so far.") % {
            "hours": hours
        }
    return _("Unclear twice: to a person. No answer in %(hours)d h: it ends.") % {"hours": hours}


def _note(step: Step) -> str:
    if step.kind is StepKind.WORDS:
        return _("Never read by the machine: staff read it as it is.")
    if step.kind is StepKind.END:
        return str(words.TASKS[step.task])
    if step.kind is StepKind.HOURS:
        return _("As they stand in the settings.")
    if step.kind is StepKind.DIRECTIONS:
        return _("The page of how to find you, or your address. Where there is neither, a person goes on.")
    if step.kind is StepKind.BOOK:
        return _("Where no time can be booked by link, or the number is no one patient's, a person goes on.")
    return ""


def _fact(content: Dialogue, fact: str, value: str) -> str:
    known = {
        ("known", "yes"): _("one patient's phone"),
        ("known", "no"): _("a stranger's phone, or a family's"),
        ("open", "yes"): _("open now"),
        ("open", "no"): _("closed now"),
    }
    if (fact, value) in known:
        return known[fact, value]
    asked = any(step.key == fact for step in content.steps)
    return _("%(step)s: %(choice)s") % {"step": words.step_name(content, fact) if asked else fact, "choice": value}


# ------------------------------------------------------------------------------------------------ the form of a step


def _form(content: Dialogue, step: Step, language: str, pages: list[tuple[str, str]]) -> dict[str, Any]:
    place = content.place(step.key)
    saying = step.says.get(language)
    first = next(iter(step.says.values()), None)
    targets = [(NEXT, words.leads(content, NEXT)), (TO_PERSON, words.leads(content, TO_PERSON))]
    targets += [(one.key, words.step_name(content, one.key)) for one in content.steps[place + 1 :]]
    labels = saying.choices if saying else ()
    said = saying.words if saying else ()
    return {
        "title": words.step_name(content, step.key),
        "kind": words.KINDS[step.kind][1],
        "speaks": step.kind in (*SPEAKING, *ALSO_SPEAKING),
        "must_speak": step.kind in (StepKind.ASK, StepKind.WORDS, StepKind.SAY),
        "text": saying.text if saying else "",
        "places": [("{" + name + "}", words.PLACES[name]) for name in dialogues.PLACES],
        "hint": first.text if first and (saying is None or not saying.text) else "",
        "choices": [
            (
                at,
                label,
                ", ".join(said[at]) if at < len(said) else "",
                _chosen(targets, step.then[at] if at < len(step.then) else NEXT),
            )
            for at, label in enumerate((*labels, *([""] if len(labels) < dialogues.MOST_CHOICES else [])))
        ]
        if step.kind is StepKind.ASK
        else [],
        "cases": _case_rows(content, step, place, targets),
        "tasks": [(code, name, code == step.task) for code, name in words.TASKS.items()]
        if step.kind is StepKind.END
        else [],
        "pages": [(code, name, code == step.page) for code, name in pages]
        if step.kind is StepKind.DIRECTIONS
        else None,
        "understood": [
            (
                choice,
                label,
                ", ".join(said[choice - 1]) if choice <= len(said) else "",
                words.leads(content, step.then[choice - 1] if choice <= len(step.then) else NEXT),
            )
            for choice, label in enumerate(labels, 1)
        ],
    }


def _chosen(targets: list[tuple[str, str]], wanted: str) -> list[tuple[str, str, bool]]:
    return [(code, name, code == wanted) for code, name in targets]


def _case_rows(content: Dialogue, step: Step, place: int, targets: list[tuple[str, str]]) -> list[Any]:
    if step.kind is not StepKind.BRANCH:
        return []
    facts = [(fact, value) for fact in FACTS for value in ("yes", "no")]
    facts += [
        (one.key, str(choice))
        for one in content.steps[:place]
        if one.kind is StepKind.ASK
        for choice in range(1, one.choices + 1)
    ]
    rows = [*((case.fact, case.value, case.then) for case in step.cases), ("", "", NEXT)]
    return [
        (
            at,
            [(f"{name}={of}", _fact(content, name, of), (name, of) == (fact, value)) for name, of in facts],
            _chosen(targets, then),
        )
        for at, (fact, value, then) in enumerate(rows)
    ]
