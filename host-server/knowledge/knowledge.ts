import type { Cancel } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";
import { type FoundPassage, type PassageQuestion, searchPassages } from "../storage/search/passage-search.ts";
import type { Storage } from "../storage/storage.ts";
import { KnowledgeFolder } from "./knowledge-folder.ts";

/** ms between two looks at the folder, and at what others have added to the database. */
const LOOK_MS = 10_000;
/** Names of documents that are kept, to tell a model of. */
const MAX_NAMES = 1_000;

/** What is told of a document. */
export interface DocumentName {
  readonly collection: string;
  readonly name: string;
}

export interface KnowledgeOptions {
  readonly storage: Storage;
  /** Folder whose files are documents. */
  readonly folder: string;
  readonly log: Log;
}

/** The documents of the database, for assistants to look things up in. */
export class Knowledge {
  readonly #options: KnowledgeOptions;
  readonly #folder: KnowledgeFolder;
  #documents: readonly DocumentName[] = [];
  #cancel: Cancel | undefined;
  #isClosed = false;

  constructor(options: KnowledgeOptions) {
    this.#options = options;
    this.#folder = new KnowledgeFolder(options);
  }

  /** The documents that there are, in the order of their names. */
  get documents(): readonly DocumentName[] {
    return this.#documents;
  }

  /** Passages that a question asks about, the best first. @throws StorageError */
  search(question: string, where: PassageQuestion): Promise<readonly FoundPassage[]> {
    return searchPassages(this.#options.storage, question, where);
  }

  /** Reads folder and database, and looks for changes from then on. Never rejects: what cannot be read is logged. */
  async start(): Promise<void> {
    const { storage, log } = this.#options;
    // Files take real time.
    const release = storage.clock.hold();
    try {
      await this.#folder.refresh();
      const documents = storage.db.selectFrom("documents").select(["collection", "name"]);
      this.#documents = await documents.orderBy("name").limit(MAX_NAMES).execute();
    } catch (error) {
      log.warn({ error }, "documents cannot be read now; it is tried again");
    } finally {
      release();
    }
    if (!this.#isClosed) this.#cancel = storage.clock.schedule(LOOK_MS, () => void this.start());
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }
}
