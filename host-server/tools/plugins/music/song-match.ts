/** Least likeness with which a song is taken for what the user meant. */
const LEAST = 0.4;
const HAN = /\p{Script=Han}/u;

/** A song as it can be asked for. */
export interface NamedSong {
  /** As it is said and shown. */
  readonly title: string;
  /** With the names of its folders, which often are the artist and the album. */
  readonly fullName: string;
  readonly folders: readonly string[];
}

/** The songs in folders that are named so; `isAlone` wants nothing but the name, otherwise it is somewhere in the words. */
export function songsInFolder<S extends NamedSong>(words: string, songs: readonly S[], isAlone: boolean): readonly S[] {
  const wanted = plain(words);
  const isNamed = (folder: string) => {
    const name = plain(folder);
    return isAlone ? name === wanted : (name.length > 2 || HAN.test(name)) && wanted.includes(name);
  };
  return wanted === "" ? [] : songs.filter(({ folders }) => folders.some(isNamed));
}

/** The song that is most like what the user said; undefined when none is like it. */
export function closestSong<S extends NamedSong>(words: string, songs: readonly S[]): S | undefined {
  const wanted = plain(words);
  if (wanted === "") return undefined;
  let best: S | undefined;
  let bestLikeness = LEAST;
  for (const song of songs) {
    const likeness = Math.max(likenessOf(wanted, plain(song.title)), likenessOf(wanted, plain(song.fullName)) * 0.95);
    if (likeness > bestLikeness) {
      best = song;
      bestLikeness = likeness;
    }
  }
  return best;
}

/** From 0 to 1: the same, a part of it, or as many pairs of neighbouring characters as both have. */
function likenessOf(wanted: string, name: string): number {
  if (name === "") return 0;
  if (wanted === name) return 1;
  const [short, long] = wanted.length < name.length ? [wanted, name] : [name, wanted];
  // One letter is in everything; one Chinese character may be a word.
  const isWord = short.length > 2 || HAN.test(short);
  const share = long.includes(short) && isWord ? 0.7 + (0.25 * short.length) / long.length : 0;
  return Math.max(share, commonPairs(wanted, name));
}

/** Dice's coefficient of the pairs of characters. */
function commonPairs(a: string, b: string): number {
  const [ofA, ofB] = [pairsOf(a), pairsOf(b)];
  if (ofA.length === 0 || ofB.length === 0) return 0;
  const left = new Map<string, number>();
  for (const pair of ofB) left.set(pair, (left.get(pair) ?? 0) + 1);
  let common = 0;
  for (const pair of ofA) {
    const count = left.get(pair) ?? 0;
    if (count > 0) common++;
    left.set(pair, count - 1);
  }
  return (2 * common) / (ofA.length + ofB.length);
}

function pairsOf(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2));
}

/** Without marks, blanks, accents and capitals. */
function plain(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}
