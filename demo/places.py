"""The names of the fictional 云岭县 and its table of regions. All codes begin with 99, which no real place uses."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from demo.geography import Geography

COUNTY = ("990101", "云岭县", "Yunling County")
RURAL_HOUSEHOLDS = 96_000


@dataclass(frozen=True)
class Township:
    """One township: its name, pinyin, number of villages, and its seat in km east and north of the county's."""

    name: str
    pinyin: str
    villages: int
    east: float
    north: float


#: The first is the county's seat; the order is that of their codes.
TOWNSHIPS = (
    Township("云城镇", "Yuncheng", 24, 0.0, 0.0),
    Township("石岭镇", "Shiling", 15, -15.5, 14.0),
    Township("青塘镇", "Qingtang", 18, 17.0, -15.5),
    Township("龙溪镇", "Longxi", 17, -3.5, 12.5),
    Township("白沙镇", "Baisha", 19, 10.5, 4.0),
    Township("枫木镇", "Fengmu", 16, -12.0, 2.5),
    Township("金竹镇", "Jinzhu", 18, 3.5, -10.5),
    Township("双江镇", "Shuangjiang", 14, 22.5, -2.5),
    Township("茶坪镇", "Chaping", 17, -9.5, -8.5),
    Township("大湾镇", "Dawan", 18, 9.0, 15.5),
    Township("梅冲乡", "Meichong", 16, -20.5, -6.5),
    Township("高坳乡", "Gao'ao", 15, -25.5, 6.0),
    Township("凤鸣乡", "Fengming", 14, 21.0, 9.5),
    Township("古楼乡", "Gulou", 15, -6.0, -20.0),
)


def _spelled(pairs: str) -> dict[str, str]:
    """Return characters and their pinyin, written alternately, as a table."""
    words = pairs.split()
    return dict(zip(words[::2], words[1::2], strict=True))


#: What a village's name begins with, ends with, and the families after whom some are named.
_HEADS = _spelled("""
    石 shi 大 da 小 xiao 上 shang 下 xia 新 xin 龙 long 白 bai 黄 huang 红 hong 双 shuang 高 gao 金 jin 银 yin 水 shui
    竹 zhu 茶 cha 桐 tong 枫 feng 杉 shan 松 song 梅 mei 桃 tao 柳 liu 荷 he 云 yun 雷 lei 月 yue 马 ma 牛 niu 羊 yang
    鹿 lu 凤 feng 鹤 he 官 guan 楠 nan 藕 ou 芦 lu 桂 gui 岩 yan 天 tian 平 ping 清 qing 沙 sha 古 gu 枣 zao 栗 li
    深 shen
""")
_TAILS = _spelled("""
    坪 ping 溪 xi 冲 chong 坡 po 湾 wan 塘 tang 岭 ling 坳 ao 田 tian 洞 dong 江 jiang 桥 qiao 寨 zhai 井 jing 岩 yan
    洲 zhou 坝 ba 团 tuan 界 jie 口 kou 垅 long 山 shan
""")
_FAMILIES = _spelled("李 li 杨 yang 吴 wu 张 zhang 石 shi 龙 long 陈 chen 刘 liu 王 wang 向 xiang 黄 huang")

#: Names that two townships share, as in real counties.
SHARED_NAMES = (
    ("和平", "Heping"),
    ("新华", "Xinhua"),
    ("红旗", "Hongqi"),
    ("团结", "Tuanjie"),
    ("光明", "Guangming"),
    ("前进", "Qianjin"),
    ("永丰", "Yongfeng"),
)


def region_table(geography: Geography, rng: np.random.Generator) -> pd.DataFrame:
    """Return the county, its townships and its villages, each parent before its children.

    Columns: code, name, name_en, level, parent, households, persons, tags, longitude, latitude (WGS-84), position (a
    village's index in `geography.villages`, -1 for others). Households and persons of a parent are its children's sums.
    """
    sizes = [place.villages for place in TOWNSHIPS]
    township = np.repeat(np.arange(len(TOWNSHIPS)), sizes)
    names = _village_names(sizes, rng)
    households = _households(geography, rng)
    persons = np.round(households * rng.normal(3.45, 0.18, len(households)).clip(2.9, 4.1)).astype(int)
    codes = [f"{COUNTY[0]}{t + 1:03d}{v + 1:03d}" for t, size in enumerate(sizes) for v in range(size)]
    villages = pd.DataFrame(
        {
            "code": codes,
            "name": [f"{name}村" for name, _ in names],
            "name_en": [pinyin for _, pinyin in names],
            "level": "village",
            "parent": [code[:9] for code in codes],
            "households": households,
            "persons": persons,
            "tags": _village_tags(geography, rng),
            "longitude": geography.village_points[:, 0].round(6),
            "latitude": geography.village_points[:, 1].round(6),
            "position": np.arange(len(codes)),
        }
    )
    sums = villages.groupby(township)[["households", "persons"]].sum()
    townships = pd.DataFrame(
        {
            "code": [f"{COUNTY[0]}{t + 1:03d}" for t in range(len(TOWNSHIPS))],
            "name": [place.name for place in TOWNSHIPS],
            "name_en": [place.pinyin for place in TOWNSHIPS],
            "level": "township",
            "parent": COUNTY[0],
            "households": sums["households"],
            "persons": sums["persons"],
            "tags": ["县城驻地"] + [""] * (len(TOWNSHIPS) - 1),
            "longitude": geography.township_points[:, 0].round(6),
            "latitude": geography.township_points[:, 1].round(6),
            "position": -1,
        }
    )
    county = townships.iloc[[0]].assign(
        code=COUNTY[0],
        name=COUNTY[1],
        name_en=COUNTY[2],
        level="county",
        parent="",
        tags="",
        households=villages["households"].sum(),
        persons=villages["persons"].sum(),
    )
    return pd.concat([county, townships, villages], ignore_index=True)


def villages_of(regions: pd.DataFrame) -> pd.DataFrame:
    """Return the villages of a `region_table`, indexed from 0, with the name of their `township` beside them."""
    villages = regions[regions["level"] == "village"].reset_index(drop=True)
    names = regions.set_index("code")["name"]
    return villages.assign(township=villages["parent"].map(names))


def _village_names(sizes: list[int], rng: np.random.Generator) -> list[tuple[str, str]]:
    """Return (name, pinyin) for every village: the township's seat, then shared names, then names used once."""
    stems = {place.name[:-1] for place in TOWNSHIPS}
    once = [(head + tail, _joined(_HEADS[head], _TAILS[tail])) for head in _HEADS for tail in _TAILS if head != tail]
    once += [
        (f"{name}家{tail}", _joined(_FAMILIES[name], "jia", _TAILS[tail])) for name in _FAMILIES for tail in _TAILS
    ]
    once = [pair for pair in once if pair[0] not in stems]
    pool = iter([once[i] for i in rng.permutation(len(once))])
    second_home = len(sizes) // 2
    names: list[tuple[str, str]] = []
    for number, size in enumerate(sizes):
        seat = (TOWNSHIPS[number].name[:-1], TOWNSHIPS[number].pinyin)
        shared = SHARED_NAMES[number % second_home]
        names += [seat, *(next(pool) for _ in range(size - 2)), shared]
    return names


def _joined(*syllables: str) -> str:
    """Return syllables as one pinyin word, with the apostrophe before a vowel that would otherwise be misread."""
    return "".join(("'" if n and s[0] in "aeo" else "") + s for n, s in enumerate(syllables)).capitalize()


def _households(geography: Geography, rng: np.random.Generator) -> np.ndarray:
    """Return the rural households of each village, `RURAL_HOUSEHOLDS` in all, more on wide land and near the seat."""
    weight = geography.village_areas**0.35 * rng.lognormal(0.0, 0.3, len(geography.villages))
    weight *= 1 + 0.9 * np.exp(-geography.village_distances / 8)
    households: np.ndarray = np.round(RURAL_HOUSEHOLDS * weight / weight.sum())
    return households.astype(int)


def _village_tags(geography: Geography, rng: np.random.Generator) -> list[str]:
    """Return each village's tags, joined by 、: more villages were poor the farther they lie from the county's seat."""
    far = geography.village_distances / geography.village_distances.max()
    was_poor = rng.random(len(far)) < 0.1 + 0.6 * far
    key = was_poor & (rng.random(len(far)) < 0.2)
    model = ~was_poor & (rng.random(len(far)) < 0.12)
    labels = zip(was_poor, key, model, strict=True)
    named = ("脱贫村", "重点帮扶村", "乡村振兴示范村")
    return ["、".join(name for name, is_so in zip(named, row, strict=True) if is_so) for row in labels]
