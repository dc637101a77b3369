/** What measures characters: a font. */
interface Measure {
  advance(character: string): number;
}

/** Marks that no line may begin with. */
const CLOSING = "，。！？；：、）】》」』”’…,.!?;:)]}%";

/** Characters between which a line may break without a space. */
function isIdeograph(character: string): boolean {
  return character >= "⺀" && character <= "鿿";
}

/**
 * Breaks a text into lines of at most `width` pixels: at spaces, around Chinese characters, and inside a word only when
 * it is longer than a line. Line ends of the text are kept.
 */
export function textLines(text: string, measure: Measure, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) breakParagraph(paragraph, measure, width, lines);
  return lines;
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
  lines.push(head);
  const rest = word.slice(head.length);
  return [rest, widthOf(rest, measure)];
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
