"""How far partners are on the tracks of their programmes, as a level may see it.

The vendor and the partner see every step. A distributor sees, of a reseller's track, the steps that distributors do, and of
these what it did itself: what another one did is nothing that it may know.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.enablement.onboarding import queries
from app.execution.identifiers import Key
from app.programme.certifications import known_as
from app.programme.onboarding import Done, OnboardingStepKind, Standing, Step, standing
from app.programme.terms import Level
from app.store.database import Reader, Row


@dataclass(frozen=True, slots=True)
class Partner:
    """Whose track: a reseller's by its enrolment, or a distributor's by its agreement."""

    program: Key
    reseller_id: UUID | None = None
    agreement_id: UUID | None = None

    @property
    def owner(self) -> queries.Owner:
        return self.program.vendor_id, self.program.id, self.reseller_id, self.agreement_id


@dataclass(frozen=True, slots=True)
class Track:
    """The steps that a level sees, what was done last of each (None: nothing, or a fact), and how they stand."""

    rows: list[Row]
    latest: list[Row | None]
    steps: list[Step]
    done: dict[int, Done]
    standing: Standing
    whole: bool


async def tracks(db: Reader, level: Level, partners: Sequence[Partner], today: date) -> list[Track | None]:
    """The track of each partner, in their order; None where there is no step that the level sees."""
    seen = _apart(await queries.steps(db, [each.program for each in partners]), len(partners))
    for place, each in enumerate(partners):
        if _cut(level, each):
            seen[place] = [row for row in seen[place] if row["by_level"] == Level.DISTRIBUTOR]
    owners = [each.owner for each in partners]
    acts = _apart(await queries.completions(db, owners), len(partners))
    kinds = {row["kind"] for rows in seen for row in rows}
    no_rows: list[Row] = []
    trained = await queries.trained(db, owners, today) if OnboardingStepKind.TRAINING in kinds else no_rows
    ordered = (
        await queries.first_orders(db, level, owners, today) if OnboardingStepKind.FIRST_ORDER in kinds else no_rows
    )
    held, first = _apart(trained, len(partners)), _apart(ordered, len(partners))
    return [
        _track(rows, acts[place], held[place], first[place], today, whole=not _cut(level, partners[place]))
        if rows
        else None
        for place, rows in enumerate(seen)
    ]


def _cut(level: Level, partner: Partner) -> bool:
    return level is Level.DISTRIBUTOR and partner.reseller_id is not None


def _apart(rows: Iterable[Row], many: int) -> list[list[Row]]:
    found: list[list[Row]] = [[] for _ in range(many)]
    for row in rows:
        found[row["ordinal"] - 1].append(row)
    return found


def _track(rows: list[Row], acts: list[Row], held: list[Row], first: list[Row], today: date, *, whole: bool) -> Track:
    by_step = {(act["kind"], act["title"]): act for act in acts}
    latest = [by_step.get((row["kind"], row["title"])) for row in rows]
    steps = [step_of(row) for row in rows]
    done = {}
    for row, step, act in zip(rows, steps, latest, strict=True):
        if step.kind is OnboardingStepKind.TRAINING:
            found = _training(step.position, row["certification"], held)
        elif step.kind is OnboardingStepKind.FIRST_ORDER:
            found = next((Done(step.position, each["since"]) for each in first if each["since"]), None)
        else:
            found = None if act is None else _act(step.position, act)
        if found is not None:
            done[step.position] = found
    return Track(rows, latest, steps, done, standing(steps, list(done.values()), today), whole)


def step_of(row: Row) -> Step:
    """A step as the rule knows it."""
    return Step(
        row["position"], OnboardingStepKind(row["kind"]), Level(row["by_level"]), row["required"], row["version"]
    )


def _act(position: int, act: Row) -> Done:
    return Done(position, act["completed_on"], act["version"], act["valid_until"])


def _training(position: int, certification: str | None, held: list[Row]) -> Done | None:
    """Since when somebody holds the certification, or any, and until when somebody does."""
    wanted = [row for row in held if certification is None or row["name_key"] == known_as(certification)]
    if not wanted:
        return None
    ends = [row["valid_until"] for row in wanted]
    return Done(position, min(row["since"] for row in wanted), None, None if None in ends else max(ends))
