"""What may be wrong with a row and how it is put right: pairs for `CellTrouble`."""

from django.utils.translation import gettext_noop as _

QUOTE_OPEN = (
    _("A quotation mark opens in this row and never closes."),
    _("Remove it, or close it in the same cell."),
)
ROW_TOO_LONG = (
    _("The row has more cells than the header; a separator probably stands inside a cell."),
    _("Put that cell in quotation marks, or export again with another separator."),
)
ROW_TOO_SHORT = (
    _("The row stops in the middle: %(count)s of %(width)s columns."),
    _("Look at this line in the file: a line break inside a cell may have cut it."),
)
LINE_BREAK = (
    _("There is a line break inside this cell."),
    _("Remove it; if two rows have grown together, look for a quotation mark that never closes."),
)
NOBODY = (_("There is no name and no record number."), _("Add one of them."))
STATUS_UNKNOWN = (
    _("This state of a visit is not known (it looks like %(shape)s)."),
    _("Known are booked, confirmed, moved, arrived, no-show or cancelled, also in the other five languages."),
)
LANGUAGE_UNKNOWN = (
    _("This language is not known (it looks like %(shape)s); the clinic's own is used."),
    _("Write its code, for example pl."),
)
DAMAGE = (_("A letter was lost when the file was made."), _("Export again as CSV UTF-8."))
TOO_LONG = (
    _("This is longer than %(most)s letters and looks like free text."),
    _("Shorten it, or leave the column out."),
)
UNUSUAL = (
    _("No numbering plan has this phone number; texts to it will probably not arrive. The visit came in with it."),
    _("If it is from another country than the clinic, write it with + and its country code."),
)
LANDLINE = (
    _("This is a landline, so no text can be sent to it. The visit came in."),
    _("Add a mobile number, or call this person instead."),
)
