"""What pages of the admin say, as their reader sees it."""

from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client

from accounts.models import User
from accounts.roles import Role


def signed_in(role: Role, name: str = "ann") -> Client:
    client = Client()
    client.force_login(User.objects.create(username=name, role=role))
    return client


def text_of(answer: Any) -> str:
    """The page without its tags, in one line."""
    assert answer.status_code == 200, answer.status_code
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def told(answer: Any) -> list[str]:
    """The messages on the page that an answer leads to (`follow=True`)."""
    return [str(message) for message in answer.context["messages"]]


def broken_csp(answer: Any) -> list[str]:
    """What the strict policy would block: inline scripts and styles, and handlers in attributes."""
    page = answer.content.decode()
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style(?![^>]*\bnonce=)[^>]*>", page)
    data = [tag for tag in inline if 'type="application/json"' in tag]
    return [tag for tag in inline if tag not in data] + re.findall(r"<[^>]+\s(?:style|on\w+)=[^>]*>", page)
