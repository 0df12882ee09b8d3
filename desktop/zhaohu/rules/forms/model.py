"""What a form is: the words of XLSForm as frozen values, read from one data file by `loader.parse_form`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from zhaohu.rules.forms.expressions import Expression, Scope

Answer = str | int | list[str]
"""A canonical answer: text, decimal number (as text, `decimals` places), date (ISO), option code: `str`; whole
number: `int`; several options: their codes in the form's order. An empty field has no answer at all."""

Answers = Mapping[str, Answer]


SIZES = ("weight", "length", "head")
"""The measures that are numbers."""


class FieldType(StrEnum):
    """XLSForm's question types."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    NOTE = "note"


class HintKind(StrEnum):
    """What a hint asks of the person; it never decides."""

    REFER_NOW = "refer_now"
    REFER = "refer"
    REMIND = "remind"
    RISK = "risk"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: the printed number and its official words.

    Args:
        code: The printed number, never renumbered.
        label: Official words.
        text: Whether it is `label___`: its words stand under `Field.text_name` and are required with it.
        exclusive: Whether it never stands beside another option (无, 未见异常 …).
    """

    code: str
    label: str
    text: bool = False
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Constraint:
    """A rule an answer must (or, soft, should) keep, with the sentence shown when it does not."""

    test: Expression
    message: str
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """Advice shown while `test` is true.

    Args:
        name: Stable; findings are kept under it.
        kind: What it asks of the person.
        test: The rule as an expression.
        message: The advice in words.
        source: The norm that the rule comes from.
        rule: The rule in words, as the norm states it.
        recheck_days: After how many days the finding is looked at again; None when the norm names no time.
        case: Of kind case: the category of the special case (体弱儿分类) that it proposes.
    """

    name: str
    kind: HintKind
    test: Expression
    message: str
    source: str
    rule: str = ""
    recheck_days: int | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form; the keys are explained at the head of resources/forms/newborn_visit.toml.

    Args:
        name: Key of the answer.
        hard: Numbers outside (both ends belong) are refused; as decimal text, like `soft`.
        soft: Numbers outside are doubted.
        normal: What 全部正常 writes; None when there is no such thing.
        prefill: Name of the register's value that a new record starts with (`sources.SOURCES`).
        locked: The answer must equal that value.
        personal: A number that names a person: screens show it masked, by its format.
        measure: weight, length or head, when the answer is a measurement taken on the day in `measured_on`; position
            (1 lying, 2 standing) or oedema (1 no, 2 yes), when it says how.
        paper: Whether it is part of the official paper; what is not is optional, and Enter passes it by.
        hidden: Kept with the record, and shown neither on the screen nor on paper.
        previous: Whether the entry shows in grey what the child's last record of this form answered.
        within: The field in whose cell this one is printed (before its options when declared before it).
        short: Label inside that cell or under a row's lead; None: the label itself.
        boxes: Number of option boxes on paper.
    """

    name: str
    type: FieldType
    label: str
    short: str | None = None
    unit: str = ""
    hint: str = ""
    options: tuple[Option, ...] = ()
    required: bool | Expression = False
    relevant: Expression | None = None
    hard: tuple[str, str] | None = None
    soft: tuple[str, str] | None = None
    constraints: tuple[Constraint, ...] = ()
    hints: tuple[Hint, ...] = ()
    normal: Answer | None = None
    default: Expression | None = None
    prefill: str | None = None
    locked: bool = False
    format: str | None = None
    personal: bool = False
    decimals: int = 0
    max_length: int = 200
    measure: str | None = None
    measured_on: str | None = None
    within: str | None = None
    boxes: int = 1
    paper: bool = True
    hidden: bool = False
    previous: bool = False

    @property
    def text_name(self) -> str | None:
        """Key of the words written beside an option (其他___); None when no option has any."""
        return f"{self.name}_text" if any(option.text for option in self.options) else None

    @property
    def again_name(self) -> str | None:
        """Key of the second measurement, taken when the first one is doubtful; None when there is no such thing."""
        return f"{self.name}_again" if self.measure in SIZES else None

    @property
    def names(self) -> tuple[str, ...]:
        """All keys that its answers may have: its own, and those of what stands beside it."""
        return tuple(name for name in (self.name, self.text_name, self.again_name) if name)

    def option(self, code: str) -> Option | None:
        """The option with that printed number."""
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True, slots=True)
class Group:
    """A short section of the screen; while `relevant` is not true none of its fields is asked."""

    name: str
    title: str
    fields: tuple[Field, ...]
    relevant: Expression | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the printed table: a field and its share of the row's twelve parts."""

    field: str
    width: int


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A row of the printed table.

    Args:
        cells: Its fields side by side; empty in a table with a column for each age.
        lead: Words at its left that belong to all its cells (父亲), or to several rows one after another (体格检查).
        label: In a table with columns: the words before the columns.
        fields: In a table with columns: in each column stands the one of these that is asked there.
    """

    cells: tuple[Cell, ...] = ()
    lead: str = ""
    label: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """The official layout: fields printed above the table, then the rows; each field stands exactly once.

    `columns` names the field whose options are the columns of the table (月龄); a record fills one of them.
    """

    header: tuple[str, ...]
    rows: tuple[PaperRow, ...]
    columns: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One version of an official form.

    Args:
        from_days: First day of life at which the form is used.
        to_days: Last such day; a later visit is doubted, never refused.
        date_field: Field with the day of the visit.
        birth_date_field: Field with the day of birth.
        is_known: Whether this program has its file; a record of a newer program's form is shown as it is.
        like: Version in whose words a record of an unknown one is shown; empty when none of its form is known.
    """

    id: str
    version: str
    title: str
    effective_from: date
    source: str
    from_days: int
    to_days: int
    date_field: str
    birth_date_field: str
    groups: tuple[Group, ...]
    paper: Paper
    is_known: bool = True
    like: str = ""
    _by_name: dict[str, Field] = field(init=False, repr=False)
    _conditions: dict[str, tuple[Expression, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_name = {one.name: one for group in self.groups for one in group.fields}
        conditions = {
            one.name: tuple(test for test in (group.relevant, one.relevant) if test is not None)
            for group in self.groups
            for one in group.fields
        }
        object.__setattr__(self, "_by_name", by_name)
        object.__setattr__(self, "_conditions", conditions)

    @property
    def age_column(self) -> str | None:
        """The field that says which column of the official table a record fills; None when it has no columns."""
        return self.paper.columns

    def conditions(self, name: str) -> tuple[Expression, ...]:
        """What must all hold for a field to be asked: its group's relevance and its own; nothing when it always is."""
        return self._conditions[name]

    def is_asked(self, one: Field, scope: Scope) -> bool:
        """Whether a field is asked, given the answers in the scope."""
        return all(test.holds(scope) for test in self._conditions[one.name])

    def fields(self) -> Iterator[Field]:
        """All fields in the official order."""
        return iter(self._by_name.values())

    def field(self, name: str) -> Field:
        """The field of that name.

        Raises:
            KeyError: The form has none.
        """
        return self._by_name[name]

    def inside(self, name: str) -> tuple[Field, ...]:
        """The fields printed in the cell of `name`, itself among them, in printed order."""
        return tuple(one for one in self.fields() if name in (one.name, one.within))
