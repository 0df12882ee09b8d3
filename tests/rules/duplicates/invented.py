"""Invented registers: children with families, siblings, twins and namesakes, and copies that were entered again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from stdnum.cn import ric

from zhaohu.records.codes import Sex
from zhaohu.rules.duplicates import KnownChild, slipped_days

SURNAMES = "王王王李李李张张张刘刘陈陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    "子子子梓梓浩浩宇宇轩轩涵涵一一诺欣欣怡怡佳嘉雨语萱宣泽泽晨辰博伯文雯思睿瑞俊峻豪皓天添佑宥可馨心悦月芷若汐希熙"
    "奕艺逸沐木瑶遥妍言彤桐昊颢琪奇铭明洋扬辉诗妤予安然冉依伊诚澄景靖书舒恩"
)
ADULT = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红鹏飞"
SOUND = {"梓": "子", "子": "梓", "涵": "晗", "轩": "宣", "宇": "雨", "浩": "皓", "怡": "宜", "欣": "馨", "一": "伊"}
VARIANT = {"吉": "𠮷", "峰": "峯", "群": "羣", "喆": "哲"}
FIRST, DAYS = date(2023, 11, 20), 1095


@dataclass
class Maker:
    """Makes families; the same seed makes the same ones."""

    throw: random.Random
    made: int = 0
    given_out: dict[tuple[date, Sex], int] = field(default_factory=dict)

    def number(self, born: date, sex: Sex) -> str:
        """A citizen id that is right, and nobody else's."""
        serial = self.given_out[born, sex] = self.given_out.get((born, sex), -1) + 1
        body = f"371103{born:%Y%m%d}{serial * 2 + (sex is Sex.MALE):03d}"
        return body + ric.calc_check_digit(body + "0")

    def adult(self) -> str:
        return self.throw.choice(SURNAMES) + "".join(self.throw.sample(ADULT, self.throw.choice((1, 2, 2))))

    def given(self) -> str:
        return "".join(self.throw.choice(GIVEN) for _ in range(self.throw.choice((1, 2, 2, 2, 2))))

    def child(self, **known: object) -> KnownChild:
        """A child of a family of its own, half of them with a citizen id, two thirds with a certificate number."""
        throw = self.throw
        self.made += 1
        mother, father = self.adult(), self.adult()
        sex = throw.choice((Sex.MALE, Sex.FEMALE))
        born = FIRST + timedelta(throw.randrange(DAYS))
        values = {
            "id": f"c{self.made:07d}",
            "name": father[0] + self.given(),
            "birth_date": born,
            "sex": sex,
            "id_number": self.number(born, sex) if throw.random() < 0.5 else "",
            "phones": (f"1{throw.randrange(30, 100)}{throw.randrange(10**8):08d}",),
            "caregivers": (mother, father) if throw.random() < 0.7 else (mother,),
            "certificate_no": f"V{self.made:09d}" if throw.random() < 0.66 else "",
            "household": f"h{self.made:07d}",
            "village": f"v{throw.randrange(300)}",
            "plurality": 1 if throw.random() < 0.6 else None,
            "birth_weight_g": round(throw.gauss(3300, 420), -1) if throw.random() < 0.8 else None,
        }
        return KnownChild(**{**values, **known})

    def sibling(self, of: KnownChild, **known: object) -> KnownChild:
        """Born at least ten months away from it, under the same roof, often with a character in common."""
        name = of.name[0] + self.given()
        if len(of.name) == 3 and self.throw.random() < 0.5:
            name = of.name[:2] + self.throw.choice([one for one in GIVEN if one not in of.name])
        away = self.throw.randrange(300, 700) * self.throw.choice((-1, 1))
        born = of.birth_date + timedelta(away)
        return self._beside(of, name=name, birth_date=born, **known)

    def twin(self, of: KnownChild, **known: object) -> KnownChild:
        """Born on the same day; in half the pairs the names share a character, and seldom the papers say twins."""
        name = of.name[0] + self.given()
        if len(of.name) == 3 and self.throw.random() < 0.5:
            name = of.name[:2] + self.throw.choice([one for one in GIVEN if one not in of.name])
        while name == of.name:
            name = of.name[0] + self.given()
        plurality = 2 if self.throw.random() < 0.6 else None
        weight = of.birth_weight_g and of.birth_weight_g + self.throw.choice((-1, 1)) * self.throw.randrange(20, 500)
        return self._beside(of, name=name, plurality=plurality, birth_weight_g=weight, **known)

    def _beside(self, of: KnownChild, **known: object) -> KnownChild:
        own = self.child()
        family = {"phones": of.phones, "caregivers": of.caregivers, "household": of.household, "village": of.village}
        values = {"birth_date": of.birth_date, **family, **known}
        number = self.number(values["birth_date"], own.sex) if own.id_number else ""
        return replace(own, **{"id_number": number, **values})


def families(throw: random.Random, children: int) -> tuple[list[KnownChild], list[tuple[KnownChild, KnownChild]]]:
    """So many different children: two thirds alone, a third with siblings, one pair of twins in ninety births."""
    maker, everybody, twins = Maker(throw), [], []
    while len(everybody) < children:
        child = maker.child()
        everybody.append(child)
        chance = throw.random()
        if chance < 0.011:
            child = everybody[-1] = replace(child, plurality=2 if throw.random() < 0.6 else None)
            twin = maker.twin(child)
            everybody.append(twin)
            twins.append((child, twin))
        elif chance < 0.25:
            everybody.append(maker.sibling(child))
    return everybody[:children], [pair for pair in twins if pair[1] in everybody[:children]]


Again = Callable[[random.Random, KnownChild], KnownChild]


def _bare(child: KnownChild, **changes: object) -> KnownChild:
    """Entered again without the numbers, in a household record of its own."""
    values = {"id": f"{child.id}x", "household": f"{child.household}x", "id_number": "", "certificate_no": ""}
    return replace(child, **{**values, **changes})


def _other_character(throw: random.Random, child: KnownChild) -> KnownChild:
    name = child.name[:-1] + throw.choice([one for one in "鑫鹤墨蓝骁珑" if one != child.name[-1]])
    return _bare(child, name=name, plurality=1)


def _swapped(_throw: random.Random, child: KnownChild) -> KnownChild:
    born = child.birth_date
    return _bare(child, birth_date=date(born.year, born.day, born.month))


def _digit(throw: random.Random, child: KnownChild) -> KnownChild:
    days = [day for day in slipped_days(child.birth_date) if abs((day - child.birth_date).days) > 1]
    return _bare(child, birth_date=throw.choice(days))


COPIES: dict[str, tuple[Again, Callable[[KnownChild], bool]]] = {
    "everything once more, with the id": (lambda _t, c: _bare(c, id_number=c.id_number), lambda c: bool(c.id_number)),
    "same id, renamed": (
        lambda t, c: _bare(c, id_number=c.id_number, name=c.name[0] + t.choice("鑫鹤墨") + t.choice("蓝骁珑")),
        lambda c: bool(c.id_number),
    ),
    "same certificate, newborn's name": (
        lambda _t, c: _bare(
            c, certificate_no=c.certificate_no, name=f"{c.caregivers[0]}之{'子' if c.sex == 1 else '女'}"
        ),
        lambda c: bool(c.certificate_no),
    ),
    "everything once more, no numbers": (lambda _t, c: _bare(c), lambda _c: True),
    "a character of the same sound": (
        lambda _t, c: _bare(c, name=c.name[0] + "".join(SOUND.get(one, one) for one in c.name[1:])),
        lambda c: bool(set(c.name[1:]) & set(SOUND)),
    ),
    "a character left out": (lambda _t, c: _bare(c, name=c.name[:2]), lambda c: len(c.name) == 3),
    "another character, both single births": (_other_character, lambda c: len(c.name) == 3 and c.plurality == 1),
    "the other parent's surname": (
        lambda _t, c: _bare(c, name=c.caregivers[0][0] + c.name[1:]),
        lambda c: len(c.name) == 3 and c.caregivers[0][0] != c.name[0],
    ),
    "mother's name and 之子, 之女": (
        lambda _t, c: _bare(c, name=f"{c.caregivers[0]}之{'子' if c.sex == 1 else '女'}", phones=()),
        lambda _c: True,
    ),
    "surname and 婴, 宝宝": (lambda t, c: _bare(c, name=c.name[0] + t.choice(("婴", "宝宝"))), lambda _c: True),
    "day and month changed about": (
        _swapped,
        lambda c: c.birth_date.day <= 12 and c.birth_date.day != c.birth_date.month,
    ),
    "one digit of the birth date": (_digit, lambda _c: True),
    "one day off": (lambda _t, c: _bare(c, birth_date=c.birth_date + timedelta(1)), lambda _c: True),
    "the other sex": (lambda _t, c: _bare(c, sex=Sex.FEMALE if c.sex == 1 else Sex.MALE), lambda _c: True),
    "another phone": (lambda _t, c: _bare(c, phones=("13900000000",)), lambda _c: True),
    "another caregiver": (lambda _t, c: _bare(c, caregivers=("无关人",)), lambda _c: True),
    "no family given": (lambda _t, c: _bare(c, phones=(), caregivers=()), lambda _c: True),
    "a grandparent's phone and name, same village": (
        lambda _t, c: _bare(c, phones=("13900000000",), caregivers=("无关人",)),
        lambda _c: True,
    ),
}
"""Ways in which a child is entered a second time, and of which children each can be."""


def copies(throw: random.Random, kind: str, children: list[KnownChild]) -> Iterator[tuple[KnownChild, KnownChild]]:
    """Children and their copies of one kind."""
    again, can = COPIES[kind]
    for child in children:
        if can(child):
            yield child, again(throw, child)
