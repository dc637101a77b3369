/** What the reference has a user say who has called the device; a model without greetings of its own answers it. */
export function greetingInLanguageOf(word: string): string {
  return /\p{Script=Han}/u.test(word) ? "嘿，你好呀" : "Hello!";
}
