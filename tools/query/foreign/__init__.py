"""Questions in German, French and Spanish.

Each language is data: its words and turns of time (`de.yaml`), and how answers are worded in it (`speech_de.yaml`). The
words of a question become typed items (scanning.py), the items a frame of what is asked (frame.py), and the frame a
question in the planner's own terms (english.py), so that periods, follow-ups and figures are settled in one place. What
the planner makes of it is held against the frame (guard.py): what was meant and is not in the query, or is in it and was
not meant, is asked back. A word that no item explains is never passed over.
"""
