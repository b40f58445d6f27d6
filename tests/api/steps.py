"""Requests as the OpenAPI document describes them, drawn before any is sent: ids are filled in from earlier answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from tests.api.caller import V1, Caller
from tests.api.shaped_bodies import bodies, places, replaced, shaped, value_at, written

# The values that are known of each parameter of an address, the newest last.
Pools = dict[str, list[Any]]
HEADERS = st.sampled_from(['"1"', '"2"', "1", "a-key", "another-key", "*", ""])


@dataclass(frozen=True)
class Step:
    """One request. `seed` decides which of the known values it names."""

    method: str
    route: str
    is_admins: bool
    needed: dict[str, Any]
    query: dict[str, Any]
    headers: dict[str, str]
    body: Any
    seed: int

    def send(self, sender: Caller, pools: Pools) -> Any:
        luck = Random(self.seed)
        address = self.route
        for name, values in pools.items():
            address = address.replace(f"{{{name}}}", quote(str(_pick(values, luck)), safe=""))
        query = [
            pair
            for name, value in (self.needed | self.query).items()
            for pair in _pairs(name, value, pools, luck)
        ]
        raw = b"" if self.body is None else written(_with_known(self.body, pools, luck))
        address += f"?{urlencode(query)}" if query else ""
        return sender.send_raw(self.method, address, raw, **self.headers)


def any_step(document: Any, collections: Collection[str]) -> st.SearchStrategy[Step]:
    """One that adds to a collection, one about what is in one, or another: each as often."""
    kinds: dict[str, list[st.SearchStrategy[Step]]] = {"adds": [], "about": [], "other": []}
    for path, methods in document["paths"].items():
        route = path.removeprefix(V1)
        for method, operation in methods.items():
            adds = method == "post" and route in collections
            kind = "adds" if adds else "about" if "{" in route else "other"
            kinds[kind].append(_step(method.upper(), route, operation))
    return st.one_of(*(st.one_of(of_kind) for of_kind in kinds.values()))


def _step(method: str, route: str, operation: Any) -> st.SearchStrategy[Step]:
    named = {(one["in"], one["name"]): one for one in operation.get("parameters", [])}
    query = {name: _values(name, one["schema"]) for (place, name), one in named.items() if place == "query"}
    needed = {name: query[name] for name in query if named["query", name].get("required")}
    some = [st.tuples(st.just(name), values) for name, values in query.items()]
    headers = [st.tuples(st.just(name), HEADERS) for place, name in named if place == "header"]
    media = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return st.builds(
        Step,
        method=st.just(method),
        route=st.just(route),
        is_admins=st.sampled_from([False, False, True]),
        needed=st.fixed_dictionaries(needed),
        query=st.lists(st.one_of(some), max_size=2).map(dict) if some else st.just({}),
        headers=st.lists(st.one_of(headers), max_size=1).map(dict) if headers else st.just({}),
        body=bodies(media["schema"], most_odd=1) if media else st.none(),
        seed=st.integers(0, 999),
    )


def _values(name: str, schema: Any) -> st.SearchStrategy[Any]:
    return st.just(0) if name == "wait" else shaped(schema)  # a wait would be one, and nothing else


def _pairs(name: str, value: Any, pools: Pools, luck: Random) -> list[tuple[str, str]]:
    known = _related(name, pools)
    values = value if isinstance(value, list) else [value]
    return [(name, _as_text(_pick(known, luck) if known and luck.random() < 0.7 else one)) for one in values]


def _with_known(body: Any, pools: Pools, luck: Random) -> Any:
    """The body, with values of earlier answers where a property has a name like theirs."""
    for place in list(places(body)):
        name = next((step for step in reversed(place) if isinstance(step, str)), "")
        known = _related(name, pools)
        if known and isinstance(value_at(body, place), str) and luck.random() < 0.7:
            body = replaced(body, place, _pick(known, luck))
    return body


def _related(name: str, pools: Pools) -> list[Any]:
    """Values of the parameter whose name is in this one, or the other way round."""
    found = [pools[other] for other in pools if len(name) > 3 and (other in name or name in other)]
    return found[0] if found else []


def _pick(values: list[Any], luck: Random) -> Any:
    """The newest, often."""
    return values[-1] if luck.random() < 0.5 else luck.choice(values)


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).encode(errors="replace").decode()
