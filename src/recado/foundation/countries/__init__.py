"""What may be sent to phones of which country: rules of telecoms as data. Pure.

`values` are the words, `table` the facts with their sources, `rules` the look-ups, `hours` and `holidays` the calendar.
Not legal advice: each row says how sure it is and when somebody last looked.
"""
