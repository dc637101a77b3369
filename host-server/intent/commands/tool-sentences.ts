import { inChinese } from "./tool-words.ts";

const verbs = new Set(
  "turn switch get read show set start stop open close take play pause resume go move raise lower toggle reset run shake wave dance look blink next previous".split(
    " ",
  ),
);

/** Verbs in the name of a tool that tells something. */
export const askingVerbs = new Set(["get", "read", "show"]);

/** What a Chinese speaker says for the verb of a name, before and after the thing. */
const chineseVerbs: Readonly<Record<string, readonly [before: string, after: string]>> = {
  "turn on": ["(打开|开|开启|点亮)", "(打开|开开|开启)"],
  "switch on": ["(打开|开|开启)", "(打开|开开|开启)"],
  open: ["(打开|开|拉开)", "(打开|开开|拉开)"],
  start: ["(启动|开始|打开)", "(启动|打开)"],
  "turn off": ["(关闭|关掉|关上|关)", "(关闭|关掉|关上|关了|熄灭)"],
  "switch off": ["(关闭|关掉|关上|关)", "(关闭|关掉|关上|关了)"],
  close: ["(关闭|关掉|关上|关|拉上)", "(关闭|关掉|关上|拉上)"],
  stop: ["(停止|停下|关闭|停)", "(停下|停止|关闭)"],
  play: ["(播放|放)", "(放出来|播放出来)"],
  pause: ["暂停", "暂停"],
};

/** What is said without naming who does it. */
const chineseActs: Readonly<Record<string, string>> = {
  "go forward": "(前进|往前走|向前走|往前开)",
  "go back": "(后退|往后退|向后退|倒退)",
  "turn left": "[向|往] (左转|左拐)",
  "turn right": "[向|往] (右转|右拐)",
  stop: "(停|停下|停止|停下来|站住)",
  dance: "[跳] (跳舞|跳个舞|舞)",
  shake: "(摇一摇|抖一抖)",
  wave: "(挥手|挥挥手|招手)",
  blink: "(闪|闪烁|闪一闪)",
};

/** English templates for a tool that needs no argument, from the words of its name. */
export function plainSentences(words: readonly string[]): string[] {
  const at = words.findIndex((word) => verbs.has(word));
  const verb = words[at];
  if (verb === undefined) return [words.join(" "), `what is the ${words.join(" ")}`];
  const object = words.slice(0, at).join(" ");
  const complement = words.slice(at + 1).join(" ");
  if (askingVerbs.has(verb)) return askingSentences(verb, `${object} ${complement}`.trim());
  const spokenVerb = verb === "turn" || verb === "switch" ? "(turn|switch)" : verb;
  if (object === "") return [complement === "" ? spokenVerb : `${spokenVerb} [the] ${complement}`];
  if (complement === "") return [`${spokenVerb} the ${object}`, `${object} ${verb}`];
  const sentences = [`${spokenVerb} ${complement} the ${object}`, `${spokenVerb} the ${object} ${complement}`];
  // "turn on" alone would not say what; "go forward" does.
  if (!/^(on|off)$/.test(complement)) sentences.push(`${spokenVerb} ${complement}`);
  return [...sentences, `${object} ${complement}`];
}

function askingSentences(verb: string, topic: string): string[] {
  if (topic === "") return [verb];
  return [`(what is|what's) the ${topic}`, `(get|read|show [me]|tell me) the ${topic}`, topic];
}

/** Chinese templates for such a tool; none when its words are not known. */
export function chineseSentences(words: readonly string[]): string[] {
  const at = words.findIndex((word) => verbs.has(word));
  const verb = words[at];
  if (verb === undefined) return [];
  const object = inChinese(words.slice(0, at).concat(words.slice(at + 1).filter((word) => !/^(on|off)$/.test(word))));
  const doing = [verb, ...words.slice(at + 1)].join(" ");
  if (Object.hasOwn(chineseActs, doing)) {
    const who = inChinese(words.slice(0, at));
    return who === undefined ? [chineseActs[doing]!] : [`[让|叫] [${who}] ${chineseActs[doing]}`];
  }
  if (object === undefined) return [];
  if (askingVerbs.has(verb)) return [`${object} [的] [状态] [是] (怎么样|多少|什么|开着吗|如何)`, `${object} 的 状态`];
  const known = chineseVerbs[doing.match(/^\w+ (on|off)/)?.[0] ?? verb];
  return known ? [`${known[0]} [一下] ${object}`, `(把|将) ${object} ${known[1]}`] : [];
}

/** Templates that switch something on or off. */
export function switchSentences(topic: string, chinese: string | undefined, isOn: boolean) {
  const word = isOn ? "on" : "off";
  const [before, after] = chineseVerbs[`turn ${word}`]!;
  return {
    english: [`(turn|switch) ${word} the ${topic}`, `(turn|switch) the ${topic} ${word}`, `${topic} ${word}`],
    chinese: chinese === undefined ? [] : [`${before} [一下] ${chinese}`, `(把|将) ${chinese} ${after}`],
  };
}
