import { useState } from "react";
import { useNotify, useTranslate } from "react-admin";
import { RequestError } from "../api/request.ts";

/** Why something was refused, in the reader's language where the code is known, else in the server's words. */
export function useRefusalText(): (error: unknown) => string {
  const translate = useTranslate();
  return (error) => {
    if (!(error instanceof RequestError)) return error instanceof Error ? error.message : String(error);
    return translate(`refusal.${error.code}`, { _: error.message });
  };
}

export interface Action {
  readonly isBusy: boolean;
  /** Does `work`; says `done` when it has succeeded, and the reason when it has not. Gives whether it has. */
  readonly run: (work: () => Promise<unknown>, done?: string) => Promise<boolean>;
}

/** For what a button does: it is busy meanwhile, and what goes wrong is said. */
export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const notify = useNotify();
  const refusalText = useRefusalText();
  const run = async (work: () => Promise<unknown>, done?: string) => {
    setBusy(true);
    try {
      await work();
      if (done !== undefined) notify(done, { type: "success" });
      return true;
    } catch (error) {
      notify(refusalText(error), { type: "error" });
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, run };
}
