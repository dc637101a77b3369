/** The parts of an OpenAPI document that the page shows. */
export interface ApiDocument {
  readonly info: { readonly title: string };
  readonly paths?: { readonly [path: string]: object };
}

interface Content {
  readonly [type: string]: { readonly schema?: unknown };
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly { readonly in?: string; readonly name?: string }[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: { readonly [status: string]: { readonly description?: string; readonly content?: Content } };
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

function section(method: string, path: string, operation: Operation): string {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  const query = parameters.flatMap((parameter) => (parameter.in === "query" ? [parameter.name ?? ""] : []));
  const rows = Object.entries(responses ?? {}).map(
    ([status, answer]) => `<tr><td>${escaped(status)}<td>${escaped(answer.description ?? "")}`,
  );
  return `<h2><code>${method.toUpperCase()} ${escaped(path)}</code></h2>
<p>${escaped([summary, description].filter(Boolean).join(" "))}
${query.length === 0 ? "" : `<p>Query: <code>${escaped(query.join(", "))}</code>`}
${contentOf("Body", requestBody?.content)}
${contentOf("Answer", (responses?.["200"] ?? responses?.["201"])?.content)}
<table>${rows.join("")}</table>`;
}

/** What a route takes or gives, folded up: some of it is long. */
function contentOf(title: string, content: Content = {}): string {
  const shown = Object.entries(content).map(([type, { schema }]) => {
    return `<details><summary>${title}: ${escaped(type)}</summary><pre>${escaped(JSON.stringify(schema, null, 2))}</pre></details>`;
  });
  return shown.join("");
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
