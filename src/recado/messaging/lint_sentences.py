"""What each lint says: what is the matter, what helps, and what is said where nothing is the matter. Data, read by `lints`. Pure."""

from dataclasses import dataclass

from recado.foundation.text import gettext_noop

from .types import Severity


@dataclass(frozen=True, slots=True)
class Lint:
    """`sentence`: what is the matter; `to_do`: what helps; `fine`: what is said where nothing is the matter."""

    severity: Severity
    sentence: str
    to_do: str
    fine: str = ""


LINTS: dict[str, Lint] = {
    "unreadable": Lint(
        Severity.REFUSE,
        gettext_noop("The text can't be read as a template: %(why)s."),
        gettext_noop("Correct it: a placeholder stands in { }, a part that may be left out in [[ ]]."),
    ),
    "sender_first": Lint(
        Severity.REFUSE,
        gettext_noop("The text does not begin with who writes."),
        gettext_noop("Begin it with {clinic}: people trust and answer a text whose sender they know."),
        gettext_noop("Says who we are in the first five words"),
    ),
    "health_word": Lint(
        Severity.REFUSE,
        gettext_noop("“%(word)s” tells something about health to whoever sees the phone."),
        gettext_noop("Leave it out, and say it on the page behind the link or on the phone."),
        gettext_noop("No illness, result or kind of clinic"),
    ),
    "clinic_tells": Lint(
        Severity.WARN,
        gettext_noop("The clinic's name tells what kind of clinic it is: neutral texts say “%(short)s” in its place."),
        gettext_noop(
            "Check that patients know the clinic by that name too, or write another one in place of {clinic}."
        ),
    ),
    "says_place": Lint(
        Severity.WARN,
        gettext_noop("A neutral text tells neither where nor when, and this one does: %(names)s."),
        gettext_noop("Say only that there is something; the page behind {link} tells the rest."),
        gettext_noop("Tells neither place nor time"),
    ),
    "says_what": Lint(
        Severity.REFUSE,
        gettext_noop("This tells what the visit or the medicine is: %(names)s."),
        gettext_noop("Write it at the level Clinical: only who agreed to that gets those words."),
    ),
    "must_be_told": Lint(
        Severity.REFUSE,
        gettext_noop(
            "%(names)s is left out: people must be told how to end the texts and where to change what they get."
        ),
        gettext_noop("Put it in, in [[ ]] with the words around it."),
    ),
    "may_be_missing": Lint(
        Severity.REFUSE,
        gettext_noop("%(names)s may be missing, and then the text can't be written."),
        gettext_noop("Put it with the words around it in [[ ]]: that part is left out where the value is missing."),
        gettext_noop("Can be written for everybody"),
    ),
    "fear": Lint(
        Severity.REFUSE,
        gettext_noop("“%(word)s” threatens. Frightened people stay away."),
        gettext_noop("Say what the person can do, and whom to ask."),
        gettext_noop("Does not frighten"),
    ),
    "mixing": Lint(
        Severity.REFUSE,
        gettext_noop("“%(word)s” sells something in a text about care."),
        gettext_noop("Send offers as news of their own: they need another consent and other hours."),
        gettext_noop("Does not mix care and offers"),
    ),
    "care_in_news": Lint(
        Severity.REFUSE,
        gettext_noop("A text of news tells what belongs to care: %(names)s."),
        gettext_noop("Write a text about visits or care for it: whoever ended the news still has to hear of those."),
    ),
    "no_way_out": Lint(
        Severity.REFUSE,
        gettext_noop("A text of news does not say how to end such texts."),
        gettext_noop("End it with “Text STOP to end”, or with {link}, behind which they are ended too."),
        gettext_noop("Says how to end such texts"),
    ),
    "one_action": Lint(
        Severity.WARN,
        gettext_noop("The text asks for more than one thing: an answer and a link, or two links."),
        gettext_noop("Keep the one that matters; the page behind the link can offer the rest."),
        gettext_noop("One action"),
    ),
    "answers_missing": Lint(
        Severity.WARN,
        gettext_noop("This text asks a question, but it does not say how to answer."),
        gettext_noop("Say what to reply, such as “Reply 1 to confirm, 2 to change, 3 to cancel.”"),
        gettext_noop("Says how to answer"),
    ),
    "shouting": Lint(
        Severity.WARN,
        gettext_noop("Capitals or exclamation marks read as shouting, and filters take them for spam."),
        gettext_noop("Write “%(word)s” in the usual way."),
        gettext_noop("Calm letters"),
    ),
    "too_long": Lint(
        Severity.REFUSE,
        gettext_noop("With the longest names and dates the text has %(letters)s letters. Carriers take at most 1600."),
        gettext_noop("Shorten it."),
    ),
    "many_parts": Lint(
        Severity.WARN,
        gettext_noop("With the longest names and dates the text takes %(parts)s parts, and each is paid for."),
        gettext_noop("Shorten it to one or two parts, or put the rest on the page behind the link."),
        gettext_noop("Short enough"),
    ),
    "costly_letters": Lint(
        Severity.WARN,
        gettext_noop("The letters %(letters)s cost more parts of each text: %(more)s."),
        gettext_noop("Use the other spelling if it reads well. Accents that belong to a word are worth their price."),
        gettext_noop("No letter costs a part"),
    ),
    "missing_neutral": Lint(
        Severity.REFUSE,
        gettext_noop("There is no neutral text in %(language)s, the language that stands in for others."),
        gettext_noop("Write it: whoever wants texts that tell nothing gets it."),
        gettext_noop("There is a neutral text"),
    ),
    "missing_language": Lint(
        Severity.WARN,
        gettext_noop("There is no text in %(language)s, a language that the clinic offers."),
        gettext_noop("Write it, or readers of it get another language."),
        gettext_noop("Every language of the clinic is there"),
    ),
}
