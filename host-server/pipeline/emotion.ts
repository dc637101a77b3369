/** The face for each emoji that a model may begin its answer with; devices know these 21 names. */
const EMOTIONS: readonly (readonly [emoji: string, emotion: string])[] = [
  ["😂", "funny"],
  ["😭", "crying"],
  ["😠", "angry"],
  ["😔", "sad"],
  ["😍", "loving"],
  ["😲", "surprised"],
  ["😱", "shocked"],
  ["🤔", "thinking"],
  ["😌", "relaxed"],
  ["😴", "sleepy"],
  ["😜", "silly"],
  ["🙄", "confused"],
  ["😶", "neutral"],
  ["🙂", "happy"],
  ["😆", "laughing"],
  ["😳", "embarrassed"],
  ["😉", "winking"],
  ["😎", "cool"],
  ["🤤", "delicious"],
  ["😘", "kissy"],
  ["😏", "confident"],
];

/** A face for the device's screen: its name, and the emoji for those who show text. */
export interface Emotion {
  readonly emotion: string;
  readonly emoji: string;
}

/** The face of a text: that of its first known emoji, else happy. */
export function emotionOf(text: string): Emotion {
  const found = EMOTIONS.filter(([emoji]) => text.includes(emoji)).sort(
    ([a], [b]) => text.indexOf(a) - text.indexOf(b),
  )[0];
  return found ? { emoji: found[0], emotion: found[1] } : { emoji: "🙂", emotion: "happy" };
}

/** The face with this name; a name outside the table keeps it, with the emoji of happy. */
export function emotionNamed(emotion: string): Emotion {
  return { emotion, emoji: EMOTIONS.find(([, name]) => name === emotion)?.[0] ?? "🙂" };
}
