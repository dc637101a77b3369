/** Gives the phones of a word that the dictionary has (`"HH AH L OW"`), or an empty text or null. */
export type Lookup = (word: string) => string | null;

// Rough English letter-to-sound rules, longest first: good enough that a tool with an unusual name can be called at all.
const sounds: readonly (readonly [string, string])[] = [
  ["tion", "SH AH N"],
  ["igh", "AY"],
  ["tch", "CH"],
  ["sch", "SH"],
  ["ch", "CH"],
  ["ck", "K"],
  ["sh", "SH"],
  ["th", "TH"],
  ["ph", "F"],
  ["wh", "W"],
  ["qu", "K W"],
  ["ng", "NG"],
  ["zh", "JH"],
  ["ee", "IY"],
  ["ea", "IY"],
  ["oo", "UW"],
  ["ou", "AW"],
  ["ow", "OW"],
  ["oi", "OY"],
  ["oy", "OY"],
  ["ai", "EY"],
  ["ay", "EY"],
  ["au", "AO"],
  ["ar", "AA R"],
  ["er", "ER"],
  ["or", "AO R"],
  ["a", "AE"],
  ["b", "B"],
  ["c", "K"],
  ["d", "D"],
  ["e", "EH"],
  ["f", "F"],
  ["g", "G"],
  ["h", "HH"],
  ["i", "IH"],
  ["j", "JH"],
  ["k", "K"],
  ["l", "L"],
  ["m", "M"],
  ["n", "N"],
  ["o", "AA"],
  ["p", "P"],
  ["q", "K"],
  ["r", "R"],
  ["s", "S"],
  ["t", "T"],
  ["u", "AH"],
  ["v", "V"],
  ["w", "W"],
  ["x", "K S"],
  ["y", "IY"],
  ["z", "Z"],
];

/**
 * Gives phones for a word that the dictionary lacks: those of the two known words that it is made of ("un" + "mute"),
 * else a guess from its letters. Undefined when it has a character that is no letter a to z.
 */
export function pronounce(word: string, lookup: Lookup): string | undefined {
  for (let cut = word.length - 2; cut >= 2; cut--) {
    const [head, tail] = [lookup(word.slice(0, cut)), lookup(word.slice(cut))];
    if (head && tail) return `${head} ${tail}`;
  }
  return spell(word.replaceAll("'", ""));
}

function spell(word: string): string | undefined {
  const phones: string[] = [];
  for (let index = 0; index < word.length; ) {
    const rule = sounds.find(([letters]) => word.startsWith(letters, index));
    if (!rule) return undefined;
    const isSilentE = rule[0] === "e" && index > 1 && index === word.length - 1;
    // A doubled consonant sounds once.
    const isDoubled = index > 0 && word[index] === word[index - 1] && rule[0].length === 1;
    if (!isSilentE && !isDoubled) phones.push(rule[1]);
    index += rule[0].length;
  }
  return phones.length === 0 ? undefined : phones.join(" ");
}
