/** Characters from one code point to another, both included. */
function range(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at));
}

/** The 3,755 characters of GB/T 2312, level 1: what one reads and writes every day. */
export function commonChinese(): string[] {
  const decoder = new TextDecoder("gb2312");
  const characters: string[] = [];
  // Rows 16 to 55 of 94 cells; the last row has five empty ones.
  for (let row = 0xb0; row <= 0xd7; row++) {
    for (let cell = 0xa1; cell <= (row === 0xd7 ? 0xf9 : 0xfe); cell++) {
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
