"""Articles that answer patients' questions: which there are, what they do, the editor, and what has no answer yet."""
