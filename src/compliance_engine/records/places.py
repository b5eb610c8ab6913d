"""Which jurisdictions a city, county and state lie in."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from compliance_engine.records.sql import literal, name
from compliance_engine.records.staging import stage_table, stored

_BOROUGHS = "new york, new york city, nyc, manhattan, brooklyn, bronx, the bronx, staten island"
_QUEENS = (
    "astoria, bayside, college point, corona, east elmhurst, elmhurst, far rockaway, floral park, flushing, "
    "forest hills, fresh meadows, glen oaks, jackson heights, jamaica, kew gardens, little neck, "
    "long island city, maspeth, "
    "middle village, ozone park, queens, rego park, richmond hill, ridgewood, rockaway park, rosedale, saint albans, "
    "south ozone park, sunnyside, whitestone, woodhaven, woodside"
)


@dataclass(frozen=True)
class Locality:
    """A city with labour law of its own, and how addresses name it.

    Attributes:
        place: our code of it.
        cities: names that an address may carry, in lower case.
        counties: counties that lie wholly inside.
        postal_prefixes: beginnings of postal codes that lie wholly inside.
    """

    place: str
    cities: tuple[str, ...]
    counties: tuple[str, ...] = ()
    postal_prefixes: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """The state it is in."""
        return ".".join(self.place.split(".")[:2])


LOCALITIES = (
    Locality(
        "us.ny.nyc",
        (*_BOROUGHS.split(", "), *_QUEENS.split(", ")),
        ("new york", "kings", "queens", "bronx", "richmond"),
        ("100", "101", "102", "103", "104", "111", "112", "113", "114", "116"),
    ),
    Locality("us.ca.la", ("los angeles",)),
    Locality("us.ca.sf", ("san francisco",), ("san francisco",)),
    Locality("us.il.chicago", ("chicago",), (), ("606",)),
    Locality("us.il.evanston", ("evanston",)),
    Locality("us.or.portland", ("portland",)),
    Locality("us.pa.phila", ("philadelphia",), ("philadelphia",), ("191",)),
    Locality("us.wa.seattle", ("seattle",)),
)
"""Cities that rules name. Where an address lacks city, county and postal code, nobody can tell whether it is in one."""


def refuse_unknown_zones(connection: duckdb.DuckDBPyConnection) -> None:
    """A zone that no table of zones has cannot be calculated with."""
    asked = connection.execute("SELECT count(time_zone) FROM _stage_worksite").fetchone()
    if asked == (0,):
        return
    unknown = "time_zone NOT IN (SELECT name FROM pg_timezone_names())"
    connection.execute(
        "INSERT INTO _bad_stage SELECT 'worksite', _file, _record, 'time_zone', 'unreadable', 'unknown-zone' "
        f"FROM _stage_worksite WHERE {unknown}"
    )
    connection.execute(f"UPDATE _stage_worksite SET time_zone = NULL WHERE {unknown}")


def resolve(connection: duckdb.DuckDBPyConnection, type_name: str, prefix: str) -> None:
    """Fill `places` and `places_known` of a type from its state, city, county and postal code.

    Args:
        prefix: what the names of the columns begin with, such as `home_`.
    """
    table, there = stage_table(type_name), stored(connection, type_name)
    column = {
        part: name(prefix + part) if prefix + part in there else "CAST(NULL AS VARCHAR)"
        for part in ("city", "county", "state", "postal_code", "country")
    }
    if not there.intersection((prefix + "state", prefix + "country")):
        connection.execute(f"UPDATE {table} SET {name(prefix + 'places_known')} = FALSE")
        return
    country = column["country"]
    city = f"lower(trim({column['city']}))"
    county = f"trim(replace(lower({column['county']}), ' county', ''))"
    inside = ", ".join(
        f"CASE WHEN {_inside(locality, column, city, county)} THEN [{literal(locality.place)}] END"
        for locality in LOCALITIES
    )
    named = " OR ".join(
        f"({column['state']} = {literal(state)} AND coalesce({city}, {county}, {column['postal_code']}) IS NULL)"
        for state in sorted({locality.state for locality in LOCALITIES})
    )
    abroad = f"lower({country}) NOT IN ('us', 'usa', 'united states', 'united states of america')"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * REPLACE (CASE WHEN {abroad} THEN [lower({country})] "
        f"WHEN {column['state']} IS NULL THEN NULL ELSE flatten(list_filter([['us', {column['state']}], {inside}], "
        f"lambda p: p IS NOT NULL)) END AS {name(prefix + 'places')}, "
        f"CASE WHEN {abroad} THEN TRUE WHEN {column['state']} IS NULL THEN FALSE ELSE NOT ({named}) END "
        f"AS {name(prefix + 'places_known')}) FROM {table}"
    )


def _inside(locality: Locality, column: dict[str, str], city: str, county: str) -> str:
    tests = [f"{city} IN ({', '.join(map(literal, locality.cities))})"]
    if locality.counties:
        tests.append(f"{county} IN ({', '.join(map(literal, locality.counties))})")
    tests += [f"starts_with({column['postal_code']}, {literal(begin)})" for begin in locality.postal_prefixes]
    return f"{column['state']} = {literal(locality.state)} AND ({' OR '.join(tests)})"
