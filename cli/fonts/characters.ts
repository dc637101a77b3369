/** Characters from one code point to another, both included. */
function range(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at));
}

/** Rows of the Chinese characters of GB/T 2312: level 1, and level 2 after it. */
const FIRST_ROW = 0xb0;
const LAST_ROW = 0xf7;
/** The last row of level 1 has five empty cells. */
const END_OF_LEVEL_1 = 0xd7;

/** The 6,763 Chinese characters of GB/T 2312: nearly all of what one reads. */
export function simplifiedChinese(): string[] {
  const decoder = new TextDecoder("gb2312");
  const characters: string[] = [];
  for (let row = FIRST_ROW; row <= LAST_ROW; row++) {
    for (let cell = 0xa1; cell <= (row === END_OF_LEVEL_1 ? 0xf9 : 0xfe); cell++) {
      characters.push(decoder.decode(Uint8Array.of(row, cell)));
    }
  }
  return characters;
}

/** Letters, digits and marks of Western languages, and the marks and full-width forms of Chinese. */
export function lettersAndMarks(): string[] {
  return [
    ...range(0x20, 0x7e),
    ...range(0xa0, 0xff),
    ..."–—‘’“”…•€℃→←↑↓✓×".split(""),
    ...range(0x3000, 0x3003),
    ...range(0x3008, 0x3011),
    ...range(0x3014, 0x3017),
    ...range(0xff01, 0xff5e),
    "￥",
  ];
}

/** Letters, digits and marks of ASCII. */
export function ascii(): string[] {
  return range(0x20, 0x7e);
}

/** Faces by the names that servers send (`llm` messages), as the emoji that stand for them. */
export const FACES: Readonly<Record<string, string>> = {
  neutral: "😶",
  happy: "🙂",
  laughing: "😆",
  funny: "😂",
  sad: "😔",
  angry: "😠",
  crying: "😭",
  loving: "😍",
  embarrassed: "😳",
  surprised: "😯",
  shocked: "😱",
  thinking: "🤔",
  winking: "😉",
  cool: "😎",
  relaxed: "😌",
  delicious: "🤤",
  kissy: "😘",
  confident: "😏",
  sleepy: "😴",
  silly: "😜",
  confused: "🙄",
};

/** Pictures of alerts, by their names there. */
export const PICTURES: Readonly<Record<string, string>> = {
  link: "🔗",
  warning: "⚠",
  cancel: "❌",
  cloud_download: "☁",
  cloud_off: "🌩",
  download: "📥",
  gear: "⚙",
  robot_2: "🤖",
};
