/** The parts of an OpenAPI document that the page shows. */
export interface ApiDocument {
  readonly info: { readonly title: string };
  readonly paths?: { readonly [path: string]: object };
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly requestBody?: { readonly content?: { readonly [type: string]: { readonly schema?: unknown } } };
  readonly responses?: { readonly [status: string]: { readonly description?: string } };
}

const METHODS = ["get", "post", "put", "patch", "delete"];

/** A description of the API for people: one page, which loads nothing from elsewhere. */
export function docsPage({ info, paths = {} }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => section(method, path, operation)),
  );
  const title = escaped(info.title);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>body{font:16px/1.5 system-ui;max-width:50rem;margin:2rem auto;padding:0 1rem}
pre{background:#8881;padding:.5rem;overflow:auto}td{padding:0 1rem 0 0;vertical-align:top}</style>
<h1>${title}</h1><p>For programs: <a href="/openapi.json">/openapi.json</a>.</p>
${operations.join("\n")}
</html>
`;
}

function section(method: string, path: string, { summary, description, requestBody, responses }: Operation): string {
  const schema = requestBody?.content?.["application/json"]?.schema;
  const rows = Object.entries(responses ?? {}).map(
    ([status, answer]) => `<tr><td>${escaped(status)}<td>${escaped(answer.description ?? "")}`,
  );
  return `<h2><code>${method.toUpperCase()} ${escaped(path)}</code></h2>
<p>${escaped([summary, description].filter(Boolean).join(" "))}
${schema ? `<p>Body:<pre>${escaped(JSON.stringify(schema, null, 2))}</pre>` : ""}
<table>${rows.join("")}</table>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
