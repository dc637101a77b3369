/** What measures characters: a font. */
interface Measure {
  advance(character: string): number;
}

/** Marks that no line may begin with. */
const CLOSING = "，。！？；：、）】》」』”’…,.!?;:)]}%";

/** Marks behind which a word that is longer than a line may break best: those of addresses. */
const JOINTS = "./-_@";
/** The font's ellipsis is that of Chinese, which hangs in the middle of its line. */
export const DOTS = "...";

/** Characters between which a line may break without a space. */
function isIdeograph(character: string): boolean {
  return character >= "⺀" && character <= "鿿";
}

/**
 * Breaks a text into lines of at most `width` pixels: at spaces, around Chinese characters, and inside a word only when
 * it is longer than a line; there behind a dot or the like where one is. Line ends of the text are kept.
 */
export function textLines(text: string, measure: Measure, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) breakParagraph(paragraph, measure, width, lines);
  return lines;
}

/** The same in lines of about the same length, so that no word stands alone on the last one. */
export function balancedLines(text: string, measure: Measure, width: number): string[] {
  const lines = textLines(text, measure, width);
  let [least, most] = [Math.floor(width / 2), width];
  while (most - least > 2) {
    const middle = (least + most) >> 1;
    if (textLines(text, measure, middle).length > lines.length) least = middle;
    else most = middle;
  }
  return most === width ? lines : textLines(text, measure, most);
}

/** As many characters of a text as fit into `width` pixels; dots stand for the rest. */
export function shortened(text: string, measure: Measure, width: number): string {
  if (widthOf(text, measure) <= width) return text;
  let room = width - widthOf(DOTS, measure);
  let head = "";
  for (const character of text) {
    room -= measure.advance(character);
    if (room < 0) break;
    head += character;
  }
  return `${head.trimEnd()}${DOTS}`;
}

function breakParagraph(text: string, measure: Measure, width: number, lines: string[]): void {
  let line = "";
  let used = 0;
  for (const piece of pieces(text)) {
    const length = widthOf(piece, measure);
    if (used + widthOf(piece.trimEnd(), measure) <= width || (line !== "" && CLOSING.includes(piece))) {
      line += piece;
      used += length;
      continue;
    }
    if (line !== "") lines.push(line.trimEnd());
    [line, used] = [piece, length];
    while (used > width && line.length > 1) [line, used] = cut(line, measure, width, lines);
  }
  if (line.trimEnd() !== "") lines.push(line.trimEnd());
}

/** Gives off as much of a long word as fits on a line. */
function cut(word: string, measure: Measure, width: number, lines: string[]): [string, number] {
  let used = 0;
  let head = "";
  for (const character of word) {
    const advance = measure.advance(character);
    if (head !== "" && used + advance > width) break;
    head += character;
    used += advance;
  }
  if (head.length === word.length) return [word, 0];
  head = untilJoint(head);
  lines.push(head);
  const rest = word.slice(head.length);
  return [rest, widthOf(rest, measure)];
}

/** Up to its last mark, unless that leaves too little of it. */
function untilJoint(head: string): string {
  let end = head.length;
  while (end > 0 && !JOINTS.includes(head[end - 1] as string)) end--;
  return end * 2 > head.length ? head.slice(0, end) : head;
}

function widthOf(text: string, measure: Measure): number {
  let width = 0;
  for (const character of text) width += measure.advance(character);
  return width;
}

/** Words with the space behind them; Chinese characters one by one. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let word = "";
  const end = () => {
    if (word !== "") found.push(word);
    word = "";
  };
  for (const character of text) {
    if (isIdeograph(character) || (character > "⿿" && CLOSING.includes(character))) {
      end();
      found.push(character);
    } else {
      word += character;
      if (character === " ") end();
    }
  }
  end();
  return found;
}
