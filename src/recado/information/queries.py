"""What is known of a clinic's pages: for staff, for whoever reads one, and for texts that point to them."""

from . import book, markup, writing

pages, page, versions = book.pages, book.page, book.versions
live_page, addresses, for_visit, said_in = book.live_page, book.addresses, book.for_visit, book.said_in
titles = book.titles
read_markup, BlockKind, Block = markup.read, markup.BlockKind, markup.Block
faults_of, FAULTS = writing.faults, writing.FAULTS
LONGEST_TITLE, LONGEST_BODY, MOST_LANGUAGES = writing.LONGEST_TITLE, writing.LONGEST_BODY, writing.MOST_LANGUAGES
