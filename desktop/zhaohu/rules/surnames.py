"""How surnames are read where the dictionary reads the character otherwise, and characters it does not know.

Sources: 通用规范汉字字典 and 中国姓氏大辞典, readings of characters as surnames; the first reading is the common one.
"""

from __future__ import annotations

SURNAMES: dict[str, tuple[str, ...]] = {
    "单": ("shan",),
    "仇": ("qiu",),
    "解": ("xie",),
    "区": ("ou",),
    "查": ("zha",),
    "曾": ("zeng",),
    "朴": ("piao",),
    "翟": ("zhai", "di"),
    "盖": ("ge", "gai"),
    "覃": ("qin", "tan"),
    "尉": ("wei", "yu"),
    "乐": ("yue", "le"),
    "缪": ("miao",),
    "宓": ("mi", "fu"),
    "黑": ("he", "hei"),
    "召": ("shao", "zhao"),
    "种": ("chong",),
    "折": ("she",),
    "繁": ("po",),
    "员": ("yun",),
    "隗": ("wei", "kui"),
    "祭": ("zhai",),
    "能": ("nai",),
    "洗": ("xian",),
    "阚": ("kan",),
    "郇": ("xun", "huan"),
    "重": ("chong",),
    "隽": ("juan", "jun"),
    "郗": ("chi", "xi"),
    "库": ("she", "ku"),
    "佴": ("nai", "er"),
    "粘": ("nian",),
    "谌": ("chen", "shen"),
}

COMPOUND_SURNAMES: dict[str, tuple[str, str]] = {
    "万俟": ("mo", "qi"),
    "尉迟": ("yu", "chi"),
    "澹台": ("tan", "tai"),
    "单于": ("chan", "yu"),
    "长孙": ("zhang", "sun"),
    "令狐": ("ling", "hu"),
    "宰父": ("zai", "fu"),
    "濮阳": ("pu", "yang"),
    "子车": ("zi", "ju"),
    "欧阳": ("ou", "yang"),
    "司马": ("si", "ma"),
    "上官": ("shang", "guan"),
    "诸葛": ("zhu", "ge"),
    "东方": ("dong", "fang"),
    "皇甫": ("huang", "fu"),
    "公孙": ("gong", "sun"),
    "慕容": ("mu", "rong"),
    "夏侯": ("xia", "hou"),
    "司徒": ("si", "tu"),
    "轩辕": ("xuan", "yuan"),
    "宇文": ("yu", "wen"),
    "端木": ("duan", "mu"),
    "南宫": ("nan", "gong"),
    "赫连": ("he", "lian"),
}

READINGS: dict[str, tuple[str, ...]] = {"𠮷": ("ji",), "㐂": ("xi",)}
"""Characters of names for which the dictionary has no reading."""
