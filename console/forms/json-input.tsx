import { TextInput, type TextInputProps } from "react-admin";

function format(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" && value.startsWith(BROKEN) ? value.slice(1) : JSON.stringify(value, null, 2);
}

/** Stands before what is no JSON yet, so that it is not taken for a text. */
const BROKEN = "\u0000";

function parse(text: string): unknown {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return BROKEN + text;
  }
}

function isJson(value: unknown): string | undefined {
  return typeof value === "string" && value.startsWith(BROKEN) ? "forms.notJson" : undefined;
}

/** A value of any form, written as JSON. */
export function JsonInput(props: TextInputProps) {
  const slotProps = { htmlInput: { spellCheck: false, style: { fontFamily: "monospace" } } };
  return (
    <TextInput {...props} multiline minRows={2} format={format} parse={parse} validate={isJson} slotProps={slotProps} />
  );
}
