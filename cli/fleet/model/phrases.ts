/** What people say. Those with an answer are for a model that chats; the others are commands, understood and done. */
export interface Phrase {
  readonly words: string;
  /** What is said to it; without one the device's tools and the server's are asked. */
  readonly answer?: string;
}

/** The phrases of the fleet: short and long, with tools and without. */
export const PHRASES: readonly Phrase[] = [
  { words: "set the volume to eighty" },
  { words: "what is the volume" },
  { words: "turn the volume down" },
  { words: "set the brightness to thirty" },
  { words: "what time is it" },
  { words: "set the volume to fifty" },
  { words: "set the brightness to ninety" },
  { words: "what is the brightness" },
  {
    words: "tell me a story about a cat",
    answer: "Once upon a time there was a cat who could count to seven. The end.",
  },
  {
    words: "will it rain tomorrow afternoon",
    answer: "There is a chance of rain in the afternoon.",
  },
  {
    words: "how do birds find their way home in autumn",
    answer: "They know the stars, the sun and the coast.",
  },
  { words: "good morning my friend", answer: "Good morning. Did you sleep well?" },
];
