"""Every fact in SQL is what its twin says, on random companies and days."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance_engine.engine import facts
from compliance_engine.engine.facts import headcount, hours_in_12_months, service_months, workweeks_at
from compliance_engine.language.registry import BASES

from .random_company import FIRST, careers, companies, days, timesheets
from .support import AS_OF, Company, asked, looked_up, tables

few = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
some_days = st.lists(days(800).map(lambda d: d + timedelta(days=20)), min_size=12, max_size=12)


@few
@given(companies(), some_days)
def test_headcounts(company: Company, on: list[date]) -> None:
    with tables(company) as connection:
        facts.create(connection, [("headcount", (basis,)) for basis in BASES], AS_OF)
        for basis in BASES:
            scopes = ["us.ca", "us.nv"] if basis == "in state" else ["hq", "plant", "london"]
            for scope in scopes if basis in headcount.SCOPED else [""]:
                found = looked_up(connection, headcount.sql(basis, "'acme'", f"'{scope}'", "b.day"), on)
                few_days = on[:2] if basis == headcount.TWENTY or basis.startswith("most ") else on
                for day in few_days:
                    assert found[day] == headcount.twin(company, basis, scope, day), (basis, scope, day)


@few
@given(companies(), some_days, st.integers(1, 3))
def test_workweeks_at(company: Company, on: list[date], k: int) -> None:
    with tables(company) as connection:
        facts.create(connection, [("workweeks_at", (k,))], AS_OF)
        found = looked_up(connection, workweeks_at.sql("'acme'", str(k), "b.day"), on)
        for day in on[:3]:
            assert found[day] == workweeks_at.twin(company, k, day)


@few
@given(careers(), st.lists(days(9000), min_size=30, max_size=30))
def test_service_months(company: Company, on: list[date]) -> None:
    first = [row["start_date"] for row in company.rows["employment_spell"]]
    on = [*on, *(d + timedelta(days=n) for d in first if isinstance(d, date) for n in (0, 1, 364, 365, 366, 367))]
    with tables(company) as connection:
        facts.create(connection, [("service_months", ("7-year break",))], AS_OF)
        found = asked(connection, service_months.sql("b.employer", "b.employee", "b.day"), on)
        for day in on:
            assert found[day] == service_months.twin(company, "1", day)


@few
@given(timesheets(), st.lists(days(900), min_size=20, max_size=20))
def test_hours_in_12_months(company: Company, on: list[date]) -> None:
    on = [*on, date(2024, 2, 29), FIRST + timedelta(days=366)]
    with tables(company) as connection:
        facts.create(connection, [("hours_in_12_months", ())], AS_OF)
        found = asked(connection, hours_in_12_months.sql("b.employer", "b.employee", "b.day"), on)
        for day in on:
            assert found[day] == hours_in_12_months.twin(company, "1", day)
