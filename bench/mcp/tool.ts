/** Answers of a tool that takes no time; undefined for what needs none. */
export function answerOf(text: string): string | undefined {
  const id = /"id":(\d+)/.exec(text)?.[1];
  if (id === undefined) return undefined;
  return `{"jsonrpc":"2.0","id":${id},"result":${resultOf(text)}}`;
}

function resultOf(text: string): string {
  if (text.includes('"tools/call"')) return '{"content":[{"type":"text","text":"4"}],"isError":false}';
  if (text.includes('"tools/list"')) {
    return '{"tools":[{"name":"add","description":"Adds.","inputSchema":{"type":"object","properties":{}}}]}';
  }
  return '{"protocolVersion":"2024-11-05","capabilities":{"tools":{}},"serverInfo":{"name":"adder","version":"1"}}';
}

/** A call as an assistant sends it. */
export function callText(id: number): string {
  return `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"add","arguments":{"a":1,"b":3}}}`;
}
