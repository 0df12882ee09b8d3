"""The manual cannot be wrong: its examples are reckoned again, step by step, and its tables are those of the rules."""

from __future__ import annotations

import ast
import operator
import re
from datetime import date
from math import exp, log, sqrt
from pathlib import Path

import pytest

from zhaohu import i18n
from zhaohu.rules.growth import Indicator, Measurement, Position, Standard, doubt
from zhaohu.rules.growth.series import Born, measure_day
from zhaohu.rules.growth.terms import Reason
from zhaohu.rules.growth.version import ENGINE
from zhaohu.rules.growth.words import reason_text
from zhaohu.services import manual_rules, reference
from zhaohu.services.manual import manual_page

LANGUAGES = ("zh_CN", "en")
SEX = {"男": 1, "女": 2, "boy": 1, "girl": 2}
POSITION = {"卧位": Position.LYING, "立位": Position.STANDING, "lying": Position.LYING, "standing": Position.STANDING}
STANDARD = {
    "WS/T 423-2022": Standard.CHINA,
    "WHO": Standard.WHO,
    "INTERGROWTH-21st": Standard.INTERGROWTH,
}
INDICATOR = {
    "年龄别体重": Indicator.WFA,
    "年龄别身长/身高": Indicator.LHFA,
    "身长/身高别体重": Indicator.WFL,
    "年龄别BMI": Indicator.BFA,
    "年龄别头围": Indicator.HCFA,
    "weight for age": Indicator.WFA,
    "length/height for age": Indicator.LHFA,
    "weight for length/height": Indicator.WFL,
    "BMI for age": Indicator.BFA,
    "head circumference for age": Indicator.HCFA,
}
BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
FUNCTIONS = {"ln": log, "sqrt": sqrt, "exp": exp}


@pytest.fixture(params=LANGUAGES)
def page(request):
    before = i18n.language()
    i18n.set_language(request.param)
    yield manual_page("growth")
    i18n.set_language(before)


def tables(text):
    """Every table of a text as rows of cells, without the line under its head."""
    found, last = [], None
    for line in text.splitlines():
        if not line.startswith("|"):
            last = None
            continue
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if last is None:
            last = []
            found.append(last)
        last.append([cell.strip("| ") for cell in cells])
    return [[row for row in rows if set(row) != {"---"}] for rows in found]


def examples(page):
    """The three tables of each example: what was measured, the working, the results."""
    parts = re.split(r"^### ", page, flags=re.MULTILINE)[1:]
    return [tables(part) for part in parts]


def reckon(expression):
    """The value of a working: numbers, + − × ÷ ^ √ ln exp and brackets."""
    text = expression.replace("−", "-").replace("×", "*").replace("÷", "/").replace("^", "**").replace("√", "sqrt")

    def value(node):
        if isinstance(node, ast.BinOp):
            return BINARY[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.UnaryOp):
            return -value(node.operand)
        if isinstance(node, ast.Call):
            return FUNCTIONS[node.func.id](value(node.args[0]))
        return node.value

    return value(ast.parse(text, mode="eval").body)


def shown(number, digits):
    return f"{round(number, digits) + 0.0:.{digits}f}".replace("-", "−")


def digits(cell):
    return len(cell.partition(".")[2])


def measured(given):
    """The day that an example's first table describes."""
    sex, born, on, gestation, weight, length, head, position = given
    weeks, _plus, days = gestation.partition("+")
    numbers = [
        None if cell == "—" else round(float(cell) * by) for cell, by in ((weight, 1000), (length, 10), (head, 10))
    ]
    return measure_day(
        reference.growth_references(),
        Born(date.fromisoformat(born), SEX[sex], int(weeks) * 7 + int(days) if days else None),
        date.fromisoformat(on),
        Measurement(*numbers, POSITION.get(position)),
    )


def test_every_working_gives_what_stands_behind_it(page):
    steps = [row for _given, working, _results in examples(page) for row in working[1:]]
    assert len(steps) > 30
    for step, expression, result in steps:
        assert shown(reckon(expression), digits(result)) == result, (step, expression)


def test_every_result_is_the_programs(page):
    seen = 0
    for given, _working, results in examples(page):
        day = measured(given[1])
        for standard, indicator, value, z, level, level_pct, status in results[1:]:
            result = day.by(STANDARD[standard]).of(INDICATOR[indicator])
            words = [str(word or "—") for word in (result.level, result.level_pct, result.status)]
            assert [shown(result.value, digits(value)), shown(result.z, 2), *words] == [
                value,
                z,
                level,
                level_pct,
                status,
            ]
            seen += 1
    assert seen > 20


def test_each_example_works_out_a_z_score_that_is_the_programs(page):
    """The number at the end of a working is the result's, not another one: all but the last example score something."""
    for given, working, results in examples(page)[:4]:
        scores = {shown(measured(given[1]).by(STANDARD[row[0]]).of(INDICATOR[row[1]]).z, 2) for row in results[1:]}
        assert scores & {row[2] for row in working[1:] if row[0].startswith("z")}


def test_the_examples_are_the_same_in_every_language():
    numbers = []
    for language in LANGUAGES:
        i18n.set_language(language)
        found = examples(manual_page("growth"))
        numbers.append([[row[1:] for row in working[1:]] for _given, working, _results in found])
    i18n.set_language(i18n.DEFAULT)
    assert numbers[0] == numbers[1]


def test_nothing_is_left_unfilled(page):
    assert "{{" not in page
    assert ENGINE in page
    assert reference.growth_references().version in page


def test_every_reason_for_no_score_is_explained_in_the_words_of_the_screens(page):
    of_velocity = {Reason.INTERVAL_OUT_OF_RANGE, Reason.FELL_TOO_FAR}
    for reason in set(Reason) - of_velocity:
        assert f"| {reason_text(reason)} |" in page


def test_every_rule_of_the_trend_stands_on_the_page(page):
    rules = reference.trend_rules()
    for rule in rules.rules:
        assert i18n.form_term(rule.source) in page
        for name, number in rule.numbers.items():
            if name not in ("within_days", "weight_z", "percent") and abs(number) < 9:
                assert f"{number:g}".replace("-", "−") in page, (rule.name, name)
    assert manual_rules.rules_table(rules).count("\n") == len(rules.rules) + 1
    assert manual_rules.conditions_table(rules).count("\n") == len(rules.conditions) + 1


def test_a_changed_threshold_changes_the_page():
    from dataclasses import replace

    rules = reference.trend_rules()
    loss = next(rule for rule in rules.rules if rule.name == "newborn_loss")
    other = replace(loss, numbers={"percent": 12.5})
    text = manual_rules.rules_table(replace(rules, rules=(other,)))
    assert "12.5%" in text
    assert "10%" not in text


def test_both_languages_have_the_same_chapters_and_tables():
    pages = []
    for language in LANGUAGES:
        i18n.set_language(language)
        pages.append(manual_page("growth"))
    i18n.set_language(i18n.DEFAULT)
    heads = [re.findall(r"^(#+) ", text, flags=re.MULTILINE) for text in pages]
    shapes = [[(len(rows), len(rows[0])) for rows in tables(text)] for text in pages]
    assert heads[0] == heads[1]
    assert shapes[0] == shapes[1]


def test_a_page_that_is_not_there():
    with pytest.raises(FileNotFoundError):
        manual_page("nothing")


def test_age_ranges_in_words():
    assert manual_rules.age_span(1, 27) == "1 天～27 天"
    assert manual_rules.age_span(28, 1095) == "28 天～36 个月"
    assert manual_rules.age_span(731, 2600) == "24 个月起"


def test_the_rates_of_doubtful_entries_are_those_beside_the_rule(page) -> None:
    readme = Path(doubt.__file__).with_name("README.md").read_text("utf-8")
    published = {tuple(row[1:]) for rows in tables(readme) for row in rows}
    told = next(rows for rows in tables(page) if any(row[1:] == ["60.0 %", "56.2 %"] for row in rows))
    assert len(told) > 10
    assert all(tuple(row[1:]) in published for row in told[1:])
    for share in ("1.63 %", "6.37 %", "14.86 %"):
        assert share in readme
        assert share in page
