/**
 * Gives the words of a text as templates write them: lower case, without marks. "Set the volume to 80%!" becomes
 * `set the volume to 80 percent`.
 */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize("NFKC")
      .toLowerCase()
      .replaceAll(/[‘’]/g, "'")
      .replaceAll("%", " percent ")
      // Chinese is written without blanks; each character counts as a word.
      .replaceAll(/\p{Script=Han}/gu, " $& ")
      .replaceAll(/(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)/g, " ")
      .split(/[^\p{L}\p{N}']+/u)
      .map((word) => word.replaceAll(/^'+|'+$/g, ""))
      .filter((word) => word !== "")
  );
}
