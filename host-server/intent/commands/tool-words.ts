import { numberWords } from "../numbers.ts";
import { wordsOf } from "../words.ts";

/** What the makers of devices name their parts, and what a Chinese speaker calls them; longer names first. */
const things: readonly (readonly [english: string, chinese: string])[] = [
  ["led strip", "灯带"],
  ["light strip", "灯带"],
  ["air conditioner", "空调"],
  ["bed light", "床头灯"],
  ["lamp", "灯"],
  ["light", "灯"],
  ["led", "灯"],
  ["fan", "风扇"],
  ["relay", "继电器"],
  ["servo", "舵机"],
  ["curtain", "窗帘"],
  ["curtains", "窗帘"],
  ["blinds", "百叶窗"],
  ["tv", "电视"],
  ["television", "电视"],
  ["door", "门"],
  ["window", "窗户"],
  ["heater", "暖气"],
  ["pump", "水泵"],
  ["motor", "电机"],
  ["socket", "插座"],
  ["plug", "插座"],
  ["switch", "开关"],
  ["camera", "摄像头"],
  ["robot", "机器人"],
  ["chassis", "底盘"],
  ["dog", "小狗"],
  ["music", "音乐"],
  ["radio", "收音机"],
  ["humidifier", "加湿器"],
  ["purifier", "净化器"],
];

/** What can be said of a thing: a choice's value, a quantity. */
const qualities: Readonly<Record<string, string>> = {
  brightness: "亮度",
  level: "亮度",
  speed: "速度",
  temperature: "温度",
  angle: "角度",
  mode: "模式",
  color: "颜色",
  colour: "颜色",
  volume: "音量",
  power: "",
  state: "",
  red: "红色",
  green: "绿色",
  blue: "蓝色",
  yellow: "黄色",
  white: "白色",
  purple: "紫色",
  orange: "橙色",
  warm: "暖光",
  cold: "冷光",
  auto: "自动",
  cool: "制冷",
  heat: "制热",
  dry: "除湿",
  low: "低",
  medium: "中",
  middle: "中",
  high: "高",
  sleep: "睡眠",
  normal: "普通",
};

/** The words of a tool's name: `self_led_strip_turnOn2` gives led strip turn on two. */
export function nameWords(name: string): string[] {
  const words = wordsOf(name.replaceAll(/[._-]+/g, " ").replaceAll(/([a-z])([A-Z])/g, "$1 $2"));
  if (words[0] === "self") words.shift();
  return words.flatMap((word) => (/^\d{1,3}$/.test(word) ? numberWords(Number(word)).split(" ") : [word]));
}

/** What a Chinese speaker calls what these words name; undefined when one of them is not known. */
export function inChinese(words: readonly string[]): string | undefined {
  let rest = words.join(" ");
  if (/^\p{Script=Han}+$/u.test(words.join(""))) return words.join("");
  let chinese = "";
  while (rest !== "") {
    const thing = things.find(([english]) => rest === english || rest.startsWith(`${english} `));
    const [first = ""] = rest.split(" ");
    const quality = Object.hasOwn(qualities, first) ? qualities[first] : undefined;
    const found = thing?.[1] ?? quality;
    if (found === undefined) return undefined;
    chinese += found;
    rest = rest.slice(thing ? thing[0].length : first.length).trim();
  }
  return chinese === "" ? undefined : chinese;
}

/** The first words of a description when they can be said as they stand: "Drive forward." */
export function describedAs(description: string): string | undefined {
  const [clause = ""] = description.split(/[.;,:(。；，：（\n]/);
  if (/^\s*\p{Script=Han}{2,10}\s*$/u.test(clause)) return clause.trim();
  const words = wordsOf(clause);
  return words.length >= 2 && words.length <= 5 && words.every((word) => /^[a-z]+$/.test(word))
    ? words.join(" ")
    : undefined;
}
