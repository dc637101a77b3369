import { useState } from "react";
import { useNotify, useRefresh, useTranslate } from "react-admin";
import { request } from "../api/request.ts";
import { useRefusalText } from "../parts/use-action.ts";

/** A text that is to become a document. */
export interface Draft {
  readonly name: string;
  readonly text: string;
  readonly collection: string;
}

export interface Adding {
  /** Percent that are done; undefined when nothing is under way. */
  readonly percent: number | undefined;
  /** Why some were refused. */
  readonly problems: readonly string[];
  /** Adds one after the other. Gives whether all were taken. */
  readonly add: (drafts: readonly Draft[]) => Promise<boolean>;
}

/** For a form that adds documents. */
export function useAdding(): Adding {
  const translate = useTranslate();
  const notify = useNotify();
  const refresh = useRefresh();
  const refusalText = useRefusalText();
  const [percent, setPercent] = useState<number>();
  const [problems, setProblems] = useState<readonly string[]>([]);
  const add = async (drafts: readonly Draft[]) => {
    const failed: string[] = [];
    for (const [index, draft] of drafts.entries()) {
      setPercent((index / drafts.length) * 100);
      await request("POST", "documents", draft).catch((error: unknown) =>
        failed.push(translate("document.failed", { name: draft.name, problem: refusalText(error) })),
      );
    }
    setPercent(undefined);
    setProblems(failed);
    const added = drafts.length - failed.length;
    if (added > 0) notify("document.added", { type: "success", messageArgs: { smart_count: added } });
    // The dialog goes with the words "no document yet" when the first one is there.
    if (failed.length > 0) notify(failed.join(" "), { type: "error", autoHideDuration: 10_000 });
    refresh();
    return failed.length === 0;
  };
  return { percent, problems, add };
}
