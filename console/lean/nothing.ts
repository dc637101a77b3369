/** In place of packages that react-admin imports for what the console has not: lists as CSV, columns to choose, texts of its own. */
export default function nothing(): void {}

/** Letters without their accents: nobody searches for columns. */
export function remove(text: string): string {
  return text;
}
