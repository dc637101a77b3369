/** The first account of a console, who is its administrator. */
export class ConsoleVisitor {
  #cookie = "";

  /** Makes the account at one of several nodes. */
  async claim(node: string): Promise<void> {
    const account = { name: "Ada", email: "ada@home.lan", password: "a long sentence" };
    const response = await this.#fetch(`${node}/api/auth/sign-up/email`, "POST", account);
    this.#cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
  }

  /** What a node answers. */
  // biome-ignore lint/suspicious/noExplicitAny: whoever asks says what is expected in there
  async ask(node: string, path: string, body?: object): Promise<any> {
    return (await this.#fetch(node + path, body ? "POST" : "GET", body)).json();
  }

  #fetch(url: string, method: string, body: object | undefined): Promise<Response> {
    const headers = { "Content-Type": "application/json", Origin: new URL(url).origin, Cookie: this.#cookie };
    return fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  }
}
