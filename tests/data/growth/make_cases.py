"""Builds cases_wst423.csv and cases_who.csv from the published tables, without any part of the program.

Everything here is plain arithmetic on the tables' text: exact fractions for the printed cells of WS/T 423-2022,
thirty digits for curves. Run it only when a rule was decided anew; the cases are then read again by eye.

    python3 tests/data/growth/make_cases.py
"""

import csv
from datetime import date, timedelta
from decimal import Decimal, getcontext
from fractions import Fraction
from pathlib import Path

getcontext().prec = 30
HERE = Path(__file__).parent
TABLES = HERE.parents[2] / "resources" / "growth"
COLUMNS = (
    *("id", "standard", "born", "on", "sex", "gestation_days", "weight_kg", "length_cm", "head_cm", "position"),
    *("oedema", "indicator", "value", "z", "level", "level_pct", "status", "reason", "flags", "source"),
)
SEX = {1: "boys", 2: "girls"}
SD = ("-3SD", "-2SD", "-1SD", "median", "+1SD", "+2SD", "+3SD")
PCT = ("P3", "P10", "P25", "P50", "P75", "P90", "P97")
TABLE = {"wfa": 1, "lhfa": 3, "wfl": 5, "wfh": 7, "bfa": 9, "hcfa": 11}
BY_SD = ("下", "下", "中下", "中", "中", "中上", "上", "上")
BY_PCT = ("下", "中下", "中下", "中", "中", "中上", "中上", "上")
MASS = ("重度消瘦", "消瘦", "", "", "", "超重", "肥胖", "重度肥胖")
STATUS = {
    "wfa": ("重度低体重", "低体重", *[""] * 6),
    "lhfa": ("重度生长迟缓", "生长迟缓", *[""] * 6),
    "wfl": MASS,
    "wfh": MASS,
    "bfa": MASS,
    "hcfa": ("",) * 8,
}
BORN = date(2020, 1, 10)
cases = []


def rows(name):
    with (TABLES / name).open(encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def cells_of(kind):
    """WS/T 423-2022: seven printed cells by indicator, sex and month or centimetre."""
    return {
        (name, int(sex), int(key)): [Fraction(cell) for cell in cells]
        for name in TABLE
        for sex, key, *cells in rows(f"wst423_2022_{name}_{kind}.csv")
    }


SD_CELLS, PCT_CELLS = cells_of("sd"), cells_of("pct")
CURVES = {
    (name, int(sex), int(key)): [Fraction(x) for x in lms] for name, sex, key, *lms in rows("wst423_2022_lms.csv")
}
WHO = {
    (name, int(sex), Decimal(x)): [Decimal(v) for v in lms]
    for name in TABLE
    for sex, x, *lms in rows(f"who2006_{name}.csv")
}


def line(table, name, sex, at):
    """What a table says at a place between two of its rows; month 23 of lying children goes on by itself."""
    keys = sorted(key for n, s, key in table if n == name and s == sex)
    below = max(key for key in keys if key <= at)
    low = table[name, sex, below]
    if at == below or below == keys[-1]:
        return low
    above = min(key for key in keys if key > at)
    high = table[name, sex, above]
    if name in ("lhfa", "bfa") and below == 23:
        high = [a + (a - b) / 3 for a, b in zip(low, table[name, sex, 20], strict=True)]
    share = (Fraction(at) - below) / (above - below)
    return [a + share * (b - a) for a, b in zip(low, high, strict=True)]


def number(x):
    return Decimal(x.numerator) / Decimal(x.denominator) if isinstance(x, Fraction) else Decimal(x)


def z_score(value, lms, restricted):
    """Box-Cox; weight and BMI beyond 3 SD in steps of the distance from 2 to 3 SD."""
    power, median, spread = (number(x) for x in lms)
    value = number(value)

    def at(sd):
        return median * (1 + power * spread * sd) ** (1 / power)

    z = ((value / median) ** power - 1) / (power * spread)
    if restricted and z > 3:
        return 3 + (value - at(3)) / (at(3) - at(2))
    if restricted and z < -3:
        return -3 - (at(-3) - value) / (at(-2) - at(-3))
    return z


def month_later(born, months, days=0):
    years, month = divmod(born.month - 1 + months, 12)
    return born.replace(year=born.year + years, month=month + 1) + timedelta(days=days)


def place(born, on):
    """Calendar months as an exact fraction."""
    months = 0
    while month_later(born, months + 1) <= on:
        months += 1
    first, following = month_later(born, months), month_later(born, months + 1)
    return months + Fraction((on - first).days, (following - first).days)


def text(x):
    return "" if x is None else format(number(x).normalize(), "f")


def put(standard, source, indicator, on, *, born=BORN, sex=1, expected=None, **given):
    row = dict.fromkeys(COLUMNS, "")
    row.update(standard=standard, born=born, on=on, sex=sex, indicator=indicator)
    row["source"] = source
    row.update({key: text(x) if not isinstance(x, str) else x for key, x in given.items()})
    row.update(expected or {})
    cases.append(row)


def china(name, sex, at, value):
    """What the printed cells around a place make of a value."""
    sd = sum(value >= cell for cell in line(SD_CELLS, name, sex, at))
    pct = sum(value >= cell for cell in line(PCT_CELLS, name, sex, at))
    z = z_score(value, line(CURVES, name, sex, at), name not in ("lhfa", "hcfa"))
    return {
        "value": text(value),
        "z": f"{z:.4f}",
        "level": BY_SD[sd],
        "level_pct": BY_PCT[pct],
        "status": STATUS[name][sd],
    }


def measured(name, value, length):
    """The measurements that make an indicator's value; BMI at one metre is the weight."""
    if name == "lhfa":
        return {"length_cm": value}
    if name == "hcfa":
        return {"head_cm": value}
    if name == "wfa":
        return {"weight_kg": value}
    return {"weight_kg": value, "length_cm": length}


def put_china(name, sex, at, on, value, source, flags=""):
    """One value against WS/T 423-2022; `at` is a month, or a length for weight-for-length."""
    length = at if name in ("wfl", "wfh") else 100
    expected = {**china(name, sex, at, value), "flags": flags}
    indicator = "wfl" if name == "wfh" else name
    put("china", source, indicator, on, sex=sex, expected=expected, **measured(name, value, length))


def step(name):
    return Fraction(1, 10) if name in ("lhfa", "hcfa") else Fraction(1, 100)


def table_name(letter, name, sex):
    return f"{letter}.{TABLE[name] + sex - 1}"


def printed_rows():
    """On each bound of each table and one step under it, on rows of every region of age or length."""
    months = (0, 1, 3, 6, 9, 12, 18, 23, 24, 27, 36, 48, 60, 72, 81)
    keys = {
        "wfa": months,
        "lhfa": months,
        "bfa": months,
        "hcfa": (0, 1, 2, 4, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36),
        "wfl": (45, 48, 50, 54, 58, 62, 66, 70, 75, 80, 85, 90, 95, 99, 100),
        "wfh": (75, 78, 82, 86, 90, 94, 98, 102, 106, 110, 115, 120, 125, 129, 130),
    }
    for name, chosen in keys.items():
        for sex in (1, 2):
            for n in range(14):
                key = chosen[(n + 7 * (sex - 1)) % len(chosen)]
                table, letter, words = (SD_CELLS, "B", SD) if n < 7 else (PCT_CELLS, "A", PCT)
                bound = table[name, sex, key][n % 7]
                on = month_later(BORN, {"wfl": 6, "wfh": 36}.get(name, key))
                unit = "cm" if name in ("wfl", "wfh") else "months"
                source = f"{table_name(letter, name, sex)} {SEX[sex]} {key} {unit} {words[n % 7]} = {text(bound)}"
                put_china(name, sex, key, on, bound, f"{source}: on it")
                put_china(name, sex, key, on, bound - step(name), f"{source}: one step under")


def between_rows():
    """The least measurable value that reaches a bound between two rows, and the one under it."""
    ages = {
        "wfa": ((0, 15), (5, 20), (25, 11), (70, 14)),
        "lhfa": ((0, 9), (11, 3), (26, 27), (63, 1), (23, 10)),
        "bfa": ((1, 16), (17, 22), (28, 2), (79, 30), (23, 25)),
        "hcfa": ((2, 14), (13, 8), (25, 15), (34, 20)),
    }
    lengths = {"wfl": ("52.3", "67.8", "99.9"), "wfh": ("75.1", "101.4", "118.6")}
    for name in TABLE:
        for sex in (1, 2):
            for n, spot in enumerate(ages.get(name) or lengths[name]):
                if name in ages:
                    on = month_later(BORN, *spot)
                    at = place(BORN, on)
                    months, part = divmod(at, 1)
                    where = f"{months} months and {part} of the next"
                else:
                    on, at = month_later(BORN, 6 if name == "wfl" else 36), Fraction(spot)
                    where = f"{spot} cm"
                for letter, table, words in (("B", SD_CELLS, SD), ("A", PCT_CELLS, PCT)):
                    column = (n * 3 + sex) % 7
                    bound = line(table, name, sex, at)[column]
                    least = -(-bound // step(name)) * step(name)
                    source = (
                        f"{table_name(letter, name, sex)} {SEX[sex]} {words[column]} at {where} = {float(bound):.4f}"
                    )
                    put_china(name, sex, at, on, least, f"{source}: reached")
                    put_china(name, sex, at, on, least - step(name), f"{source}: not reached")


def china_edges():
    """The end of the tables, positions, oedema, unknown sex, corrected age."""
    for sex in (1, 2):
        for months, days in ((81, 20), (82, 0), (83, 30)):
            on = month_later(BORN, months, days)
            for name, column in (("wfa", 5), ("lhfa", 1), ("bfa", 4)):
                bound = SD_CELLS[name, sex, 81][column]
                flags = "last_row" if months > 81 else ""
                source = f"{table_name('B', name, sex)}: row 81 stays until the seventh birthday; {SD[column]}"
                put_china(name, sex, Fraction(81), on, bound, source, flags)
        gone = {"reason": "age_out_of_range"}
        birthday = month_later(BORN, 84)
        put("china", "under seven years only", "wfa", birthday, sex=sex, expected=gone | {"value": "25"}, weight_kg=25)
        bound = SD_CELLS["hcfa", sex, 36][1]
        for days in (0, 29):
            on, source = month_later(BORN, 36, days), f"{table_name('B', 'hcfa', sex)}: month 36 is the last"
            put_china("hcfa", sex, Fraction(36), on, bound, source)
        lost = {"reason": "head_age_out_of_range", "value": text(bound)}
        put("china", "head ends with month 36", "hcfa", month_later(BORN, 37), sex=sex, expected=lost, head_cm=bound)
        for months, length, weight, there in (
            (0, "44.9", "2.4", False),
            (0, "45", "2.4", True),
            (20, "100", "15.5", True),
            (20, "100.1", "15.5", False),
            (30, "74.9", "9.4", False),
            (30, "75", "9.4", True),
            (80, "130", "26.5", True),
            (80, "130.1", "26.5", False),
        ):
            name = "wfl" if months < 24 else "wfh"
            expected = {"value": weight, "reason": "length_out_of_range"}
            if there:
                expected = china(name, sex, Fraction(length), Fraction(weight))
            source = f"{table_name('B', name, sex)} goes from {'45 to 100' if name == 'wfl' else '75 to 130'} cm"
            put(
                *("china", source, "wfl", month_later(BORN, months)),
                sex=sex,
                expected=expected,
                weight_kg=weight,
                length_cm=length,
            )
        china_positions(sex)


def china_positions(sex):
    """Length before 24 completed months, height from then on; standing is not believed under nine months."""
    for months, days, length, weight, position, change, flag in (
        (8, 29, "70.4", "8.9", "H", 0, "standing_under_9_months"),
        (9, 0, "70.4", "8.9", "H", Fraction("0.7"), "standing_converted"),
        (23, 27, "86", "12", "H", Fraction("0.7"), "standing_converted"),
        (23, 27, "86", "12", "L", 0, ""),
        (23, 27, "86", "12", "", 0, ""),
        (24, 0, "86", "12", "L", Fraction("-0.7"), "lying_converted"),
        (24, 0, "86", "12", "H", 0, ""),
        (24, 0, "86", "12", "", 0, ""),
        (60, 0, "110.2", "20.4", "L", Fraction("-0.7"), "lying_converted"),
    ):
        on, length, weight = month_later(BORN, months, days), Fraction(length), Fraction(weight)
        at = place(BORN, on)
        compared = length + change
        source = "length under 24 months, height from then on; 0.7 cm between them"
        name = "wfl" if months < 24 else "wfh"
        bmi = weight / (compared / 100) ** 2
        for indicator, expected in (
            ("lhfa", china("lhfa", sex, at, compared)),
            ("wfl", china(name, sex, compared, weight)),
            ("bfa", china("bfa", sex, at, bmi) | {"value": f"{float(bmi):.6f}"}),
        ):
            put(
                *("china", source, indicator, on),
                sex=sex,
                expected=expected | {"flags": flag},
                weight_kg=weight,
                length_cm=length,
                position=position,
            )


def reasons():
    """What has no score says why; the values stay."""
    on = month_later(BORN, 12)
    for standard in ("china", "who"):
        for sex in (0, 9):
            for indicator, value, given in (
                ("wfa", "9.6", {"weight_kg": "9.6"}),
                ("lhfa", "75.5", {"length_cm": "75.5"}),
                ("hcfa", "46", {"head_cm": "46"}),
            ):
                expected = {"value": value, "reason": "sex_unknown"}
                put(standard, "a standard is for boys or for girls", indicator, on, sex=sex, expected=expected, **given)
        everything = {"weight_kg": "9.6", "length_cm": "75.5", "head_cm": "46", "oedema": "y"}
        for indicator, value in (("wfa", "9.6"), ("wfl", "9.6"), ("bfa", f"{9.6 / 0.755**2:.6f}")):
            expected = {"value": value, "reason": "oedema"}
            put(standard, "oedema: no weight-based score (WHO)", indicator, on, expected=expected, **everything)
        for indicator in ("wfa", "lhfa", "wfl", "bfa", "hcfa"):
            put(standard, "not measured", indicator, on, expected={"reason": "not_measured"})
        before = {"value": "3.2", "reason": "age_out_of_range"}
        day = BORN - timedelta(days=1)
        put(standard, "before birth", "wfa", day, expected=before, weight_kg="3.2")


def corrected_china():
    """Births before 37 weeks by corrected age, until the day of 24 months after birth."""
    for sex in (1, 2):
        for gestation, months, days, weight, length in (
            (210, 6, 3, "6.1", "61.5"),
            (258, 12, 0, "8.7", "74.6"),
            (182, 23, 30, "10.1", "80.7"),
            (182, 24, 0, "10.1", "80.7"),
            (259, 6, 0, "7.3", "66.2"),
            (210, 9, 20, "7.6", "68.3"),
        ):
            on = month_later(BORN, months, days)
            corrected = gestation < 259 and months < 24
            start = BORN + timedelta(days=280 - gestation) if corrected else BORN
            at = place(start, on)
            for name, value in (("wfa", Fraction(weight)), ("lhfa", Fraction(length))):
                put(
                    *("china", f"{'corrected' if corrected else 'chronological'} age {float(at):.4f} months", name, on),
                    sex=sex,
                    gestation_days=gestation,
                    expected=china(name, sex, at, value),
                    **measured(name, value, None),
                )
        for indicator, value, given in (("wfa", "1.5", {"weight_kg": "1.5"}), ("lhfa", "40", {"length_cm": "40"})):
            expected = {"value": value, "reason": "before_term"}
            for standard in ("china", "who"):
                put(
                    *(standard, "30 weeks and 10 days: before the 40-week date", indicator, BORN + timedelta(days=10)),
                    sex=sex,
                    gestation_days=210,
                    expected=expected,
                    **given,
                )


def china_flags():
    """More than 5 SD of weight and BMI, 6 SD of length: implausible, at two decimals."""
    on = month_later(BORN, 12)
    for name, low, high, flag in (
        ("wfa", -6, 5, "waz_implausible"),
        ("lhfa", -6, 6, "haz_implausible"),
        ("hcfa", -5, 5, "hcz_implausible"),
    ):
        for sex in (1, 2):
            lms = CURVES[name, sex, 12]
            for limit, away in ((low, -1), (high, 1)):
                for beyond in (False, True):
                    value = find(lms, limit + away * (Decimal("0.03") if beyond else Decimal("-0.03")), name)
                    source = f"limit {limit} SD, row 12 months: {'beyond' if beyond else 'within'}"
                    put_china(name, sex, Fraction(12), on, value, source, flag if beyond else "")


def find(lms, z, name):
    """The value of a thousandth of a unit that comes nearest to a z-score."""
    low, high = Fraction(1, 1000), Fraction(number(lms[1])) * 8
    while high - low > Fraction(1, 10000):
        middle = (low + high) / 2
        if z_score(middle, lms, name not in ("lhfa", "hcfa")) < z:
            low = middle
        else:
            high = middle
    return Fraction(round(low * 1000), 1000)


def put_who(name, sex, key, on, value, source, flags="", **given):
    lms = who_row(name, sex, key)
    expected = {"value": text(value), "z": f"{z_score(value, lms, name not in ('lhfa', 'hcfa')):.4f}", "flags": flags}
    indicator = "wfl" if name == "wfh" else name
    put("who", source, indicator, on, sex=sex, expected=expected, **(given or measured(name, value, 100)))


def who_row(name, sex, key):
    """A row of WHO's tables, or the place between two rows of lengths."""
    key = number(key)
    if (name, sex, key) in WHO:
        return WHO[name, sex, key]
    low = key // Decimal("0.1") * Decimal("0.1")
    share = (key - low) / Decimal("0.1")
    return [a + share * (b - a) for a, b in zip(WHO[name, sex, low], WHO[name, sex, low + Decimal("0.1")], strict=True)]


def day(n):
    return BORN + timedelta(days=n)


def who_ages():
    """Every table by age, both sexes, at days of every region, from the far tail to the other."""
    days = (0, 1, 30, 91, 182, 273, 274, 365, 547, 730, 731, 1096, 1461, 1826)
    scores = (Decimal("-4.5"), -3, -2, -1, 0, 1, 2, 3, Decimal("4.2"))
    for name in ("wfa", "lhfa", "bfa", "hcfa"):
        for sex in (1, 2):
            for n, age in enumerate(days):
                value = find(WHO[name, sex, Decimal(age)], scores[(n * 2 + sex) % 9], name)
                put_who(name, sex, age, day(age), value, f"WHO {name} {SEX[sex]} day {age}")


def who_lengths():
    for sex in (1, 2):
        for age, name, length, weight, there in (
            (0, "wfl", "45", "2.4", True),
            (0, "wfl", "44.9", "2.4", False),
            (300, "wfl", "72.05", "9.4", True),
            (300, "wfl", "72.33", "7.1", True),
            (730, "wfl", "110", "18.5", True),
            (730, "wfl", "110.1", "18.5", False),
            (731, "wfh", "65", "7.3", True),
            (731, "wfh", "64.9", "7.3", False),
            (1200, "wfh", "95.55", "18.2", True),
            (1826, "wfh", "120", "22.4", True),
            (1826, "wfh", "120.1", "22.4", False),
        ):
            source = f"WHO {name} {SEX[sex]} {length} cm, table by age"
            given = {"weight_kg": weight, "length_cm": length}
            if there:
                put_who(name, sex, Fraction(length), day(age), Fraction(weight), source, **given)
            else:
                expected = {"value": weight, "reason": "length_out_of_range"}
                put("who", source, "wfl", day(age), sex=sex, expected=expected, **given)


def who_positions():
    for sex in (1, 2):
        for age, length, weight, position, change, flag in (
            (273, "70.4", "8.9", "H", 0, "standing_under_9_months"),
            (274, "70.4", "8.9", "H", Fraction("0.7"), "standing_converted"),
            (730, "84.5", "10.2", "H", Fraction("0.7"), "standing_converted"),
            (730, "84.5", "10.2", "L", 0, ""),
            (730, "84.5", "10.2", "", 0, ""),
            (731, "84.5", "10.2", "L", Fraction("-0.7"), "lying_converted"),
            (731, "84.5", "10.2", "H", 0, ""),
            (731, "84.5", "10.2", "", 0, ""),
            (1826, "107.6", "16.9", "L", Fraction("-0.7"), "lying_converted"),
        ):
            compared, weight = Fraction(length) + change, Fraction(weight)
            given = {"weight_kg": weight, "length_cm": length, "position": position}
            source = "WHO: length under 731 days, height from then on; 0.7 cm between them"
            put_who("lhfa", sex, age, day(age), compared, source, flag, **given)
            name = "wfl" if age < 731 else "wfh"
            put_who(name, sex, compared, day(age), weight, source, flag, **given)
            z = z_score(weight / (compared / 100) ** 2, WHO["bfa", sex, Decimal(age)], True)
            value = f"{float(weight / (compared / 100) ** 2):.6f}"
            put(
                "who",
                source,
                "bfa",
                day(age),
                sex=sex,
                expected={"value": value, "z": f"{z:.4f}", "flags": flag},
                **given,
            )


def who_flags():
    """Outside these limits at two decimals; on them is still believed."""
    for name, low, high, flag in (
        ("wfa", -6, 5, "waz_implausible"),
        ("lhfa", -6, 6, "haz_implausible"),
        ("bfa", -5, 5, "baz_implausible"),
        ("hcfa", -5, 5, "hcz_implausible"),
    ):
        for sex in (1, 2):
            for limit, away in ((low, -1), (high, 1)):
                for beyond in (Decimal("0.002"), Decimal("0.012")):
                    value = find(WHO[name, sex, Decimal(400)], limit + away * beyond, name)
                    put_who(
                        *(name, sex, 400, day(400), value, f"WHO flag: {limit} and {away * beyond} beyond"),
                        flags=flag if beyond > Decimal("0.005") else "",
                    )


def who_ends():
    for sex in (1, 2):
        put_who("wfa", sex, 1826, day(1826), Fraction(18), "day 1826 is the last before sixty months")
        gone = {"value": "18", "reason": "age_out_of_range"}
        put("who", "from day 1827 on nothing", "wfa", day(1827), sex=sex, expected=gone, weight_kg=18)
        head = Fraction(50)
        put_who("hcfa", sex, 1500, day(1500), head, "WHO has head circumference to sixty months")


def intergrowth():
    """Villar 2015 as printed, by exact weeks; lengths and weights by their logarithms."""
    d = Decimal

    def equation(name, week, sex):
        male = 1 if sex == 1 else 0
        if name == "wfa":
            mean = d("2.591277") - d("0.01155") * week.sqrt() - d("2201.705") / week**2 + d("0.0911639") * male
            return mean, d("0.1470258") + d("505.92394") / week**2 - d("140.0576") * week.ln() / week**2
        if name == "lhfa":
            mean = d("4.136244") - d("547.0018") / week**2 + d("0.0026066") * week + d("0.0314961") * male
            return mean, d("0.050489") + d("310.44761") / week**2 - d("90.0742") * week.ln() / week**2
        mean = d("55.53617") - d("852.0059") / week + d("0.7957903") * male
        return mean, d("3.0582292") + d("3910.05") / week**2 - d("180.5625") / week

    for sex in (1, 2):
        for gestation, age in ((189, 0), (196, 34), (210, 49), (231, 49), (258, 30), (210, 190), (210, 238)):
            pma = gestation + age
            for n, name in enumerate(("wfa", "lhfa", "hcfa")):
                mean, spread = equation(name, d(pma) / 7, sex)
                wanted = mean + spread * (n - 1) * d("1.7")
                value = round(wanted if name == "hcfa" else wanted.exp(), 2)
                z = ((value if name == "hcfa" else value.ln()) - mean) / spread
                put(
                    *("intergrowth", f"INTERGROWTH-21st equation at {pma // 7}+{pma % 7} weeks", name, day(age)),
                    sex=sex,
                    gestation_days=gestation,
                    expected={"value": text(value), "z": f"{z:.4f}"},
                    **measured(name, value, None),
                )
        for gestation, age, why, source in (
            (182, 6, "pma_out_of_range", "26+6 weeks: before the first"),
            (210, 239, "pma_out_of_range", "64+1 weeks: after the last"),
            (259, 20, "not_preterm", "born at 37+0 weeks"),
            ("", 20, "not_preterm", "gestation not known"),
        ):
            expected = {"value": "2.9", "reason": why}
            given = {"gestation_days": gestation, "weight_kg": "2.9"}
            put("intergrowth", source, "wfa", day(age), sex=sex, expected=expected, **given)
        expected = {"value": "2.2", "reason": "not_in_standard"}
        given = {"gestation_days": 210, "weight_kg": "2.2", "length_cm": "44"}
        put("intergrowth", "no weight-for-length", "wfl", day(40), sex=sex, expected=expected, **given)


def write(name, letter):
    for n, case in enumerate(cases, start=1):
        case["id"] = f"{letter}{n:04}"
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(cases)
    cases.clear()


def main():
    for part in (printed_rows, between_rows, china_edges, corrected_china, china_flags, reasons):
        part()
    whos = [case for case in cases if case["standard"] == "who"]
    cases[:] = [case for case in cases if case["standard"] == "china"]
    write("cases_wst423.csv", "c")
    cases.extend(whos)
    for part in (who_ages, who_lengths, who_positions, who_flags, who_ends, intergrowth):
        part()
    write("cases_who.csv", "w")


if __name__ == "__main__":
    main()
