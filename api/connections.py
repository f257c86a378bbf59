"""What the connections' callback shares with the composition root, and the pages that it answers with."""

import html
from typing import Final

CALLBACK: Final = "/api/connectors/oauth/callback"
_QUESTION: Final = """<form method="post" action="?{query}"><button>{button}</button></form>
"""
_PAGE: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body>
<h1>{title}</h1>
<p>{text}</p>
{question}<p><a href="/">Back to the chat</a></p>
</body>
</html>
"""


def page(title: str, text: str, *, button: str = "", query: str = "") -> str:
    """A small page, without a script or anything from elsewhere. All texts may hold what others wrote. With a `button` it
    asks: that posts to the page's own address, with this query."""
    question = _QUESTION.format(query=html.escape(query), button=html.escape(button)) if button else ""
    return _PAGE.format(title=html.escape(title), text=html.escape(text), question=question)
