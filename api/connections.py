"""What the connections' callback shares with the composition root, and the page that it answers with."""

import html
from typing import Final

CALLBACK: Final = "/api/connectors/oauth/callback"
_PAGE: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body>
<h1>{title}</h1>
<p>{text}</p>
<p><a href="/">Back to the chat</a></p>
</body>
</html>
"""


def page(title: str, text: str) -> str:
    """A small page, without a script or anything from elsewhere. Both texts may hold what others wrote."""
    return _PAGE.format(title=html.escape(title), text=html.escape(text))
