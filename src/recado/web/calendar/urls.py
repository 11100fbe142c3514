from django.urls import path

from recado.web.calendar import acts, booking, giving, hours, lateness, views, waiting

urlpatterns = [
    path("", views.index, name="appointments"),
    path("calls", views.call_list, name="call-list"),
    path("print", acts.print_page, name="appointments-print"),
    path("calls/<uuid:call_id>/back", acts.undo_call, name="call-back"),
    path("visits/<uuid:visit_id>/confirm", acts.confirm, name="visit-confirm"),
    path("visits/<uuid:visit_id>/cancel", acts.cancel, name="visit-cancel"),
    path("visits/<uuid:visit_id>/back", acts.take_back, name="visit-back"),
    path("visits/<uuid:visit_id>/presence", acts.presence, name="visit-presence"),
    path("book/new", booking.new, name="visit-new"),
    path("book/<uuid:patient_id>", booking.book, name="visit-book"),
    path("book/<uuid:patient_id>/link", booking.link, name="visit-book-link"),
    path("visits/<uuid:visit_id>/move", booking.move, name="visit-move"),
    path("visits/<uuid:visit_id>/room", acts.room, name="visit-room"),
    path("visits/<uuid:visit_id>/call", acts.call, name="visit-call"),
    path("visits/<uuid:visit_id>/told", acts.told, name="visit-told"),
    path("late", lateness.tell, name="tell-delay"),
    path("late/back", lateness.take_back, name="tell-delay-back"),
    path("hours", hours.tell, name="tell-hours"),
    path("waitlist", waiting.index, name="waitlist"),
    path("waitlist/times/<uuid:freed_id>/ask", waiting.ask_next, name="waitlist-ask"),
    path("waitlist/times/<uuid:freed_id>/give", giving.give, name="waitlist-give"),
    path("waitlist/times/<uuid:freed_id>/back", waiting.take_back, name="waitlist-back"),
    path("waitlist/patients/<uuid:patient_id>", waiting.join, name="waitlist-join"),
    path("waitlist/patients/<uuid:patient_id>/leave", waiting.leave, name="waitlist-leave"),
]
