"""Every text about a care event, in every language. Pure literals, read by `messaging.wording`.

Safe on a locked screen: no diagnosis, no medicine, no result, no amount, nothing that tells what kind of clinic it is. One
action, or none. Values: clinic, name (how the person is addressed), day, place, minutes, link, phone. Parts in [[ ]] are left
out when their value is missing.
"""

VALUES = ("clinic", "name", "day", "place", "minutes", "link", "phone")

WORDINGS: dict[str, dict[str, str]] = {
    "prescription_ready": {
        "en": "{clinic}: [[{name}, ]]what you ordered is ready to collect[[ at {place}]].[[ We keep it until {day}.]]",
    },
    "prescription_again": {
        "en": "{clinic}: [[{name}, ]]what you ordered is still waiting for you[[ at {place}]].[[ We keep it until {day}.]]",
    },
    "dose": {
        "en": "{clinic}: [[{name}, ]]this is the reminder you asked for. Reply 1 done, 2 later, 3 to stop these reminders.",
    },
    "refill_due": {
        "en": "{clinic}: [[{name}, ]]it is time to order again, so that you do not run out. Reply 1 and we prepare it, 2 if you "
        "do not need it.",
    },
    "result_ready": {
        "en": "{clinic}: [[{name}, ]]your results are ready to collect.[[ Questions: {phone}.]]",
    },
    "result_call": {
        "en": "{clinic}: [[{name}, ]]please call us[[ on {phone}]] when it suits you. A member of our team would like to talk to you.",
    },
    "result_again": {
        "en": "{clinic}: [[{name}, ]]your results are still waiting for you.[[ Questions: {phone}.]]",
    },
    "document_ready": {
        "en": "{clinic}: [[{name}, ]]there is a document for you to read.[[ Questions: {phone}.]]",
    },
    "document_again": {
        "en": "{clinic}: [[{name}, ]]a document is still waiting for you.[[ Questions: {phone}.]]",
    },
    "invoice_due": {
        "en": "{clinic}: [[{name}, ]]an invoice is due on {day}.[[ Pay here: {link}]][[ Questions: {phone}.]]",
    },
    "invoice_late": {
        "en": "{clinic}: [[{name}, ]]we have not seen your payment yet. If it is on its way, ignore this.[[ Pay here: {link}]]"
        "[[ Questions: {phone}.]]",
    },
    "payment_refused": {
        "en": "{clinic}: [[{name}, ]]your payment did not go through.[[ Try again: {link}]][[ Questions: {phone}.]]",
    },
    "cover_renewal": {
        "en": "{clinic}: [[{name}, ]]your cover renews by itself on {day}.[[ Conditions: {link}]][[ Questions: {phone}.]]",
    },
    "delay": {
        "en": "{clinic}: [[{name}, ]]sorry, we are running about {minutes} minutes late[[ at {place}]]. You will be seen.",
    },
    "recall": {
        "en": "{clinic}: [[{name}, ]]it is time to book your next check. Reply 1 and we call you, 2 if you do not want it.",
    },
    "recall_link": {
        "en": "{clinic}: [[{name}, ]]it is time to book your next check: {link}[[ or call {phone}]]",
    },
    "vaccination": {
        "en": "{clinic}: [[{name}, ]]your vaccination is reserved for you[[, until {day}]]. Reply 1 and we call you, 2 if you do "
        "not want it.",
    },
    "vaccination_link": {
        "en": "{clinic}: [[{name}, ]]your vaccination is reserved for you[[, until {day}]]. Choose a time: {link}",
    },
    "answer_noted": {
        "en": "{clinic}: thank you[[, {name}]], we have noted it.",
    },
    "answer_call_you": {
        "en": "{clinic}: thank you[[, {name}]]. We will call you.",
    },
    "answer_preparing": {
        "en": "{clinic}: thank you[[, {name}]]. We will prepare it and tell you when it is ready.",
    },
    "answer_reminders_stopped": {
        "en": "{clinic}: [[{name}, ]]these reminders have stopped. Speak to us before you change anything you take.[[ {phone}]]",
    },
    "answer_closed": {
        "en": "{clinic}: thank you[[, {name}]]. This has been settled already.[[ Questions: {phone}.]]",
    },
}

# What each kind is called where we ask back which is meant. As neutral as the texts.
KINDS: dict[str, dict[str, str]] = {
    "prescription": {"en": "what you ordered"},
    "medication": {"en": "your reminder"},
    "refill": {"en": "ordering again"},
    "result": {"en": "your results"},
    "document": {"en": "the document"},
    "invoice": {"en": "the invoice"},
    "cover_renewal": {"en": "your cover"},
    "delay": {"en": "the delay"},
    "recall": {"en": "your next check"},
    "vaccination": {"en": "your vaccination"},
}
