"""The send process: `loop` claims and sends, `books` writes what came of it, `intake` stores what comes back."""
