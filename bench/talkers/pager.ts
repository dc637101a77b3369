import { LIST_QUERIES } from "../console/list-queries.ts";
import { logInAdministrator, logInOwner, type Visitor } from "../console/visitor.ts";

/** ms between two pages of one person, who looks at each. */
const LOOK_MS = 250;
const MAX_PAGE = 20;

/** Two people who page through every list of the console, as long as somebody talks. */
export class Pager {
  readonly #times: number[] = [];
  readonly #visitors: readonly Promise<void>[];
  #isOver = false;

  private constructor(visitors: readonly [administrator: Visitor, owner: Visitor]) {
    this.#visitors = visitors.map((visitor, at) => this.#page(visitor, at === 0 ? undefined : "owner"));
  }

  /** Logs both in at a console that is full. */
  static async start(address: string): Promise<Pager> {
    return new Pager([await logInAdministrator(address), await logInOwner(address)]);
  }

  /** Ends it; gives the ms that each page took. */
  async stop(): Promise<readonly number[]> {
    this.#isOver = true;
    await Promise.all(this.#visitors);
    return this.#times;
  }

  async #page(visitor: Visitor, by: "owner" | undefined): Promise<void> {
    const lists = LIST_QUERIES.filter((query) => query.by === by);
    for (let turn = 0; !this.#isOver; turn++) {
      const { path } = lists[turn % lists.length] as { readonly path: string };
      const began = performance.now();
      await visitor.read(path, 1 + ((turn * 7) % MAX_PAGE));
      this.#times.push(performance.now() - began);
      await new Promise<void>((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}
