"""docker-compose.yml: valid, closed to the outside, and true to settings, image and example."""

from __future__ import annotations

import re
import subprocess

from foundation.discover import CHECKOUT
from tests.support.deployment import COMPOSE, FILE, OURS, SERVICES, STARTED_ONCE, resolve_program

READERS = (
    "scheduler_project/settings.py",
    "scheduler_project/server_urls.py",
    "accounts/sign_in_oidc/settings.py",
)


def test_it_follows_the_compose_specification() -> None:
    command = ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    done = subprocess.run([resolve_program(command[0]), *command[1:]], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_has_the_production_shape() -> None:
    assert {"web", "sockets", "dispatcher", "beat", "worker"} <= OURS.keys()
    assert {"postgres", "rabbitmq", "redis", "proxy"} <= SERVICES.keys()
    assert SERVICES["rabbitmq"]["image"].endswith("-management")
    assert SERVICES["beat"]["deploy"]["replicas"] == 2


def test_only_the_proxy_can_be_opened_to_the_outside() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published.pop("proxy") == ["${BIND:-127.0.0.1}:${PORT:-8000}:8080"]
    assert published.keys() <= {"rabbitmq"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_every_server_has_a_health_check_a_volume_and_a_restart() -> None:
    for name in ("postgres", "rabbitmq", "redis"):
        service = SERVICES[name]
        assert service["healthcheck"]["test"], name
        assert service["volumes"][0].split(":")[0] in COMPOSE["volumes"], name
        assert service["restart"] == "unless-stopped", name


def test_what_waits_for_a_server_waits_until_it_is_healthy() -> None:
    for name, service in SERVICES.items():
        for other, wait in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if other in STARTED_ONCE else "service_healthy"
            assert wait == {"condition": expected}, f"{name} -> {other}"
            assert expected != "service_healthy" or "healthcheck" in SERVICES[other], other


def test_every_setting_is_one_that_the_settings_read() -> None:
    read = "".join((CHECKOUT / name).read_text() for name in READERS)
    for name in OURS["web"]["environment"]:
        assert re.search(rf'env\.\w+\(\s*"{name}"', read), name


def test_the_example_settings_name_every_variable_and_hold_no_secret() -> None:
    example = (CHECKOUT / ".env.example").read_text()
    named = dict(line.split("=", 1) for line in example.splitlines() if "=" in line and line[0] != "#")
    asked_for = set(re.findall(r"\$\{(\w+)", FILE.read_text())) - {"RABBITMQ_MANAGEMENT_PORT"}
    assert named.keys() == asked_for
    assert all(named[name].startswith("change-me") for name in asked_for if re.search("PASS|SECRET", name))


def test_the_image_has_all_that_it_copies() -> None:
    dockerfile = (CHECKOUT / "Dockerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    assert copied
    for path in " ".join(copied).split():
        assert (CHECKOUT / path).exists(), path
