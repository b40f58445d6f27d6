"""Reads the pages of the Django admin as a person would see them."""

from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client

from accounts.models import User
from accounts.roles import Role


def sign_in(role: Role, name: str = "ann") -> Client:
    """Creates a user with this role and returns a test client that is signed in as them."""
    client = Client()
    client.force_login(User.objects.create(username=name, role=role))
    return client


def read_text(answer: Any) -> str:
    """Returns the text of a page without its tags, in one line. Fails the test if the status is not 200."""
    assert answer.status_code == 200, answer.status_code
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def read_messages(answer: Any) -> list[str]:
    """Returns Django's messages on the page that the request was redirected to (`follow=True`)."""
    return [str(message) for message in answer.context["messages"]]


def find_csp_violations(answer: Any) -> list[str]:
    """Returns the tags that a strict CSP would block: inline scripts and styles, and event handlers in attributes."""
    page = answer.content.decode()
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style(?![^>]*\bnonce=)[^>]*>", page)
    data = [tag for tag in inline if 'type="application/json"' in tag]
    return [tag for tag in inline if tag not in data] + re.findall(r"<[^>]+\s(?:style|on\w+)=[^>]*>", page)
