"""Which children need more visits than the schedule's (高危儿), from what is known of their birth.

Source: 新生儿访视技术规范 2012 (卫办妇社发〔2012〕49号) and 国家基本公共卫生服务规范（第三版）2017.
"""

from __future__ import annotations

from dataclasses import dataclass

from zhaohu.records.codes import Risk
from zhaohu.rules.ages import is_preterm
from zhaohu.rules.forms.model import Answers

LOW_BIRTH_WEIGHT_G = 2500


@dataclass(frozen=True, slots=True)
class BirthFacts:
    """What is known of a birth; None is unknown and never counts as a risk."""

    gestation_days: int | None = None
    birth_weight_g: int | None = None
    plurality: int | None = None
    newborn_answers: Answers | None = None


def derived_risks(facts: BirthFacts) -> tuple[Risk, ...]:
    """The risks that follow from the birth, from the register and the newborn visit's answers."""
    answers = facts.newborn_answers or {}
    situation = answers.get("birth_situation")
    found = {
        Risk.PRETERM: is_preterm(facts.gestation_days),
        Risk.LOW_BIRTH_WEIGHT: facts.birth_weight_g is not None and facts.birth_weight_g < LOW_BIRTH_WEIGHT_G,
        Risk.MULTIPLE_BIRTH: (facts.plurality or 1) > 1 or (isinstance(situation, list) and "5" in situation),
        Risk.ASPHYXIA: answers.get("asphyxia") == "2",
        Risk.MALFORMATION: answers.get("malformation") == "2",
    }
    return tuple(risk for risk, applies in found.items() if applies)
