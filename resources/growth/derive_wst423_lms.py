"""Derive one Box-Cox curve (L, M, S) per printed row of WS/T 423-2022, and write wst423_2022_lms.csv beside this file.

The standard prints seven SD values and seven percentiles a row, with one decimal, and no parameters. Each row is
fitted by weighted least squares over its fourteen cells; the weight of a cell that is off by more than half of the
last printed digit grows until every cell is reproduced. Only the standard library is used:

    python3 resources/growth/derive_wst423_lms.py
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from math import exp, log
from pathlib import Path
from statistics import NormalDist

FOLDER = Path(__file__).resolve().parent
INDICATORS = ("wfa", "lhfa", "bfa", "hcfa", "wfl", "wfh")
HALF_DIGIT = 0.05
SD_SCORES = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
PERCENTILE_SCORES = tuple(NormalDist().inv_cdf(p / 100) for p in (3, 10, 25, 50, 75, 90, 97))
SCORES = SD_SCORES + PERCENTILE_SCORES
ROUNDS = 400

Vector = list[float]


def curve(parameters: Sequence[float], z: float) -> float:
    """The value at `z` on the Box-Cox curve with parameters (L, ln M, S)."""
    power, log_median, spread = parameters
    if abs(power) < 1e-6:
        return exp(log_median + spread * z)
    return exp(log_median + log(max(1 + power * spread * z, 1e-9)) / power)


def solve(matrix: list[Vector], right: Vector) -> Vector:
    """The solution of a small system of linear equations, by elimination with pivoting."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda r: abs(rows[r][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for r in range(column + 1, size):
            factor = rows[r][column] / rows[column][column]
            rows[r] = [a - factor * b for a, b in zip(rows[r], rows[column], strict=True)]
    solution = [0.0] * size
    for r in reversed(range(size)):
        known = sum(rows[r][c] * solution[c] for c in range(r + 1, size))
        solution[r] = (rows[r][size] - known) / rows[r][r]
    return solution


def step(parameters: Vector, cells: Sequence[float], weights: Vector) -> Vector:
    """One Gauss-Newton step of the weighted fit, slightly damped."""
    errors = [cell - curve(parameters, z) for cell, z in zip(cells, SCORES, strict=True)]
    slopes: list[Vector] = []
    for z in SCORES:
        row = []
        for i in range(3):
            up, down = parameters[:], parameters[:]
            up[i] += 1e-5
            down[i] -= 1e-5
            row.append((curve(up, z) - curve(down, z)) / 2e-5)
        slopes.append(row)
    normal = [[sum(w * a[i] * a[j] for a, w in zip(slopes, weights, strict=True)) for j in range(3)] for i in range(3)]
    for i in range(3):
        normal[i][i] *= 1 + 1e-6
    gradient = [sum(w * a[i] * e for a, e, w in zip(slopes, errors, weights, strict=True)) for i in range(3)]
    return [p + d for p, d in zip(parameters, solve(normal, gradient), strict=True)]


def worst(l_m_s: tuple[float, float, float], cells: Sequence[float]) -> float:
    """How far the curve is from the cell it reproduces worst."""
    parameters = (l_m_s[0], log(l_m_s[1]), l_m_s[2])
    return max(abs(curve(parameters, z) - cell) for z, cell in zip(SCORES, cells, strict=True))


def fit(cells: Sequence[float]) -> tuple[float, float, float]:
    """L (4 decimals), M (4) and S (5) that reproduce all fourteen printed cells within half a digit.

    Raises:
        ValueError: No curve was found that does.
    """
    parameters = [1.0, log(cells[3]), (cells[4] - cells[2]) / (2 * cells[3])]
    weights = [1.0] * len(cells)
    for _ in range(ROUNDS):
        for _ in range(4):
            parameters = step(parameters, cells, weights)
        rounded = (round(parameters[0], 4), round(exp(parameters[1]), 4), round(parameters[2], 5))
        if worst(rounded, cells) <= HALF_DIGIT:
            return rounded
        for i, (cell, z) in enumerate(zip(cells, SCORES, strict=True)):
            off = abs(curve(parameters, z) - cell)
            if off > HALF_DIGIT * 0.98:
                weights[i] *= 1 + 4 * (off / HALF_DIGIT - 0.96)
    raise ValueError(f"no curve reproduces {cells}")


def table(name: str) -> list[list[str]]:
    """The rows of one of the printed tables, without the header."""
    return list(csv.reader(io.StringIO((FOLDER / name).read_text("utf-8"))))[1:]


def main() -> None:
    """Fit every row and write the table of parameters."""
    lines = ["indicator,sex,x,l,m,s"]
    for indicator in INDICATORS:
        by_sd = table(f"wst423_2022_{indicator}_sd.csv")
        by_percentile = table(f"wst423_2022_{indicator}_pct.csv")
        for sd_row, pct_row in zip(by_sd, by_percentile, strict=True):
            power, median, spread = fit([float(cell) for cell in sd_row[2:] + pct_row[2:]])
            lines.append(f"{indicator},{sd_row[0]},{sd_row[1]},{power:.4f},{median:.4f},{spread:.5f}")
    (FOLDER / "wst423_2022_lms.csv").write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main()
