/** The twelve animals, as the calendar names them. */
export const ZODIAC: { readonly [animal: string]: string } = {
  鼠: "Rat",
  牛: "Ox",
  虎: "Tiger",
  兔: "Rabbit",
  龙: "Dragon",
  蛇: "Snake",
  马: "Horse",
  羊: "Goat",
  猴: "Monkey",
  鸡: "Rooster",
  狗: "Dog",
  猪: "Pig",
};

/** The 24 solar terms, from the beginning of spring on. */
export const SOLAR_TERMS: { readonly [term: string]: string } = {
  立春: "Start of Spring",
  雨水: "Rain Water",
  惊蛰: "Awakening of Insects",
  春分: "Spring Equinox",
  清明: "Pure Brightness",
  谷雨: "Grain Rain",
  立夏: "Start of Summer",
  小满: "Grain Buds",
  芒种: "Grain in Ear",
  夏至: "Summer Solstice",
  小暑: "Minor Heat",
  大暑: "Major Heat",
  立秋: "Start of Autumn",
  处暑: "End of Heat",
  白露: "White Dew",
  秋分: "Autumn Equinox",
  寒露: "Cold Dew",
  霜降: "Frost's Descent",
  立冬: "Start of Winter",
  小雪: "Minor Snow",
  大雪: "Major Snow",
  冬至: "Winter Solstice",
  小寒: "Minor Cold",
  大寒: "Major Cold",
};

/** Words of a question that ask for one part of the almanac. */
export const TOPICS = {
  zodiac: /生肖|属相|zodiac|animal/i,
  solar_terms: /节气|solar term/i,
  ganzhi: /干支|八字|stem|branch/i,
  festivals: /节日|festival|holiday/i,
  suitable: /宜|适合|suitable|auspicious/i,
  unsuitable: /忌|不宜|avoid|unsuitable/i,
  constellation: /星座|constellation|star sign/i,
  moon: /月相|moon/i,
} as const;
