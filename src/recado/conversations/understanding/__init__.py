"""What a patient's own words mean: pure, local, in nine languages. Enter by `deciding.understand`.

Exact tables first (STOP never depends on anything else), then what the last question makes of a bare answer, then rules on
notions ("can't", "come", "another day") that tables name for each language, then a small model trained on our own texts.
"""
