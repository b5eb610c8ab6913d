"""Courses, and who did what of them."""

from __future__ import annotations

from compliance_engine.language.vocabulary import RecordType
from compliance_engine.records.types.codes import TRAINING_TOPIC
from compliance_engine.records.types.describe import (
    COURSE,
    EMPLOYEE,
    code,
    event,
    fact,
    many,
    number,
    text,
    yes_no,
)

TRAINING_COURSE = RecordType(
    name="training_course",
    meaning="a course as offered",
    confidentiality="internal",
    key=("course_id",),
    fields=(
        COURSE,
        text("title", "title of the course"),
        code("topic", "what it is about", TRAINING_TOPIC),
        text("course_revision", "revision"),
        fact("revision_effective_on", "first day of the revision"),
        number("duration_minutes", "planned length in minutes"),
        code("delivery", "how it is given", ("classroom", "webinar", "e_learning", "on_the_job")),
        yes_no("interactive", "people can ask and are answered"),
        code("audience", "whom it is for", ("everybody", "supervisor", "worker", "safety", "other")),
        many("languages", "languages it is given in"),
    ),
)

TRAINING = RecordType(
    name="training",
    meaning="one person's assignment to a course and what came of it",
    confidentiality="pii",
    key=("employee_number", "course_id", "attempt"),
    fields=(
        EMPLOYEE,
        COURSE,
        text("attempt", "counted from 1 among the person's rows of one course", derived=True),
        code("topic", "what it is about; from the course if the row has none", TRAINING_TOPIC),
        text("course_revision", "revision taken"),
        code(
            "status",
            "where it stands",
            (
                "assigned",
                "enrolled",
                "in_progress",
                "completed",
                "passed",
                "failed",
                "waived",
                "withdrawn",
                "expired",
                "overdue",
            ),
        ),
        fact("assigned_on", "day it was assigned"),
        fact("due_on", "day it is due, as the learning system has it"),
        event("started_on", "day it was begun"),
        event("completed_on", "day it was completed"),
        event("expires_on", "last day it counts; empty if it does not lapse"),
        number("minutes_spent", "minutes spent; from the course where it was completed and the row has none"),
        number("score", "score"),
        yes_no("passed", "the test was passed"),
        yes_no("interactive", "people could ask and were answered; from the course if the row does not say"),
        code("delivery", "how it was given", ("classroom", "webinar", "e_learning", "on_the_job")),
        code("evidence", "what proves it", ("lms", "certificate", "sign_in", "attestation")),
        yes_no("is_mandatory", "the employer requires it"),
    ),
    parents=("employee_number", "course_id"),
    dated_by="completed_on",
)

TYPES = (TRAINING_COURSE, TRAINING)
