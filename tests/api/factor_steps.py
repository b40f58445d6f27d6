"""What tests of second factors do again and again: a person with a password who signs in, and sets factors up."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from accounts.models import User
from accounts.roles import Role
from accounts.services import totp
from accounts.services.users import create_user
from tests.api.caller import Caller, Json
from tests.support.authenticator import Authenticator

PASSWORD = "correct-horse-battery"
SIGN_IN, SECOND, FACTORS = "session/", "session/second-factor/", "session/factors/"


class Person(Caller):
    """Somebody with a browser and a password, who is not signed in yet."""

    def __init__(self, name: str = "ann", role: Role = Role.VIEWER) -> None:
        super().__init__(None)
        self.name = name
        self.account = create_user(name=name, role=role, password=PASSWORD)

    def sign_in(self, password: str = PASSWORD) -> Any:
        """Sends name and password, which is all of it without a second factor."""
        return self.post(SIGN_IN, {"username": self.name, "password": password})

    def sign_out(self) -> None:
        assert self.send("DELETE", SIGN_IN).status_code == 204

    def finish(self, code: str) -> Any:
        return self.post(SECOND, {"code": code})

    def finish_by(self, passkey: Json) -> Any:
        return self.post(SECOND, {"passkey": passkey})

    def who(self) -> str | None:
        """The name under which the browser is signed in."""
        user = self.get(SIGN_IN).json()["user"]
        return str(user["username"]) if user else None

    def set_up_totp(self) -> tuple[str, list[str]]:
        """Returns the secret and the recovery codes; signs in for it, and out."""
        self.sign_in()
        secret = self.post(f"{FACTORS}totp/", {"password": PASSWORD}).json()["secret"]
        answer = self.post(f"{FACTORS}totp/confirm/", {"code": code_of(secret, -1)})
        assert answer.status_code == 200, answer.content
        self.sign_out()
        return secret, answer.json()["recovery_codes"]

    def set_up_passkey(self, passkey: Authenticator | None = None) -> Authenticator:
        """Returns the passkey; signs in for it, and out."""
        passkey = passkey or Authenticator()
        self.sign_in()
        options = self.begin_passkey()
        answer = self.add_passkey(passkey.create(options))
        assert answer.status_code == 201, answer.content
        self.sign_out()
        return passkey

    def begin_passkey(self) -> Json:
        answer = self.post(f"{FACTORS}passkeys/begin/", {"password": PASSWORD})
        assert answer.status_code == 200, answer.content
        options: Json = answer.json()["passkey_options"]
        return options

    def add_passkey(self, made: Json, name: str = "key") -> Any:
        return self.post(f"{FACTORS}passkeys/", {"name": name, "passkey": made})

    def ask(self) -> Json:
        """Sends the password, and returns what a passkey has to sign now."""
        options: Json = self.sign_in().json()["passkey_options"]
        return options


def code_of(secret: str, drift: int = 0) -> str:
    """The code that an app with this secret shows now, or so many steps later."""
    key = TOTP(base64.b32decode(secret), totp.DIGITS, SHA1(), totp.STEP_SECONDS)
    return key.generate((totp.current_step() + drift) * totp.STEP_SECONDS).decode()


def set_clock(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Lets the platform, and `code_of`, be so many steps of TOTP later than now."""
    later = totp.current_step() + steps
    monkeypatch.setattr(totp, "current_step", lambda: later)


def quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def account(name: str) -> User:
    return User.objects.get(username=name)
