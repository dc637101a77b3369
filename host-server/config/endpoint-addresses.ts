import { z } from "zod";

const EXPECTED = "expected an address as ws://host:8004/mcp_endpoint/mcp/?token=…";

/** An address of the settings; empty where none is given: the reference's examples have a text in Chinese in its place, or "null". */
export function givenAddress(text: string): string {
  return text === "null" || text.includes("你的") ? "" : text;
}

/** The calling side of the endpoint whose address is given: consoles show that of the tools. */
function callingSide(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!/^wss?:$/.test(url.protocol) || !/\/(mcp|call)\/?$/.test(url.pathname)) return undefined;
  url.pathname = url.pathname.replace(/\/(mcp|call)\/?$/, "/call/");
  return url.href;
}

/** `mcp_endpoint`: one address or a list of them, in the reference's form; becomes the addresses to call. */
export const endpointAddresses = z
  .union([z.string(), z.array(z.string())], EXPECTED)
  .default("")
  .transform((given, context) => {
    const texts = [given].flat().map((text) => text.trim());
    return texts
      .filter((text) => givenAddress(text) !== "")
      .flatMap((text) => {
        const address = callingSide(text);
        if (address === undefined) context.addIssue({ code: "custom", message: EXPECTED });
        return address ?? [];
      });
  });
