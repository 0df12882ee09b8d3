from zhaohu.rules.growth import Flag, Indicator, Reason, Standard
from zhaohu.rules.growth.words import flag_text, indicator_title, reason_text, standard_title


def test_everything_has_its_own_words():
    for words, say in (
        (Standard, standard_title),
        (Indicator, indicator_title),
        (Reason, reason_text),
        (Flag, flag_text),
    ):
        texts = [say(word) for word in words]
        assert all(texts)
        assert len(set(texts)) == len(texts)
