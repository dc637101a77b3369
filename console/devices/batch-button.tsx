import Build from "@mui/icons-material/Build";
import { useState } from "react";
import { Button, useListContext, useRefresh, useTranslate } from "react-admin";
import type { BatchAction, BatchAnswer } from "../../host-server/console/contract/devices.ts";
import { request } from "../api/request.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useAction } from "../parts/use-action.ts";
import { type BatchChoice, BatchFields, batchActionOf } from "./batch-fields.tsx";
import { BatchResults } from "./batch-results.tsx";

/** Does one thing with all devices that are chosen in the list, and tells what became of each. */
export default function BatchButton() {
  const translate = useTranslate();
  const refresh = useRefresh();
  const { isBusy, run } = useAction();
  const { selectedIds = [], onUnselectItems } = useListContext();
  const [isOpen, setOpen] = useState(false);
  const [choice, setChoice] = useState<BatchChoice>({ type: "say", value: "" });
  const [answer, setAnswer] = useState<BatchAnswer>();
  const action: BatchAction | undefined = batchActionOf(choice);
  const start = () =>
    run(async () => {
      setAnswer(await request<BatchAnswer>("POST", "devices/batch", { ids: selectedIds, action }));
      refresh();
    });
  const close = () => {
    setOpen(false);
    if (answer) onUnselectItems();
    setAnswer(undefined);
  };
  const title = translate("batch.title", { smart_count: selectedIds.length });
  return (
    <>
      <Button label="batch.button" onClick={() => setOpen(true)}>
        <Build />
      </Button>
      <Dialog
        title={title}
        isOpen={isOpen}
        onClose={close}
        {...(!answer && { action: translate("batch.start") })}
        isBusy={isBusy || action === undefined}
        isRisky={choice.type === "unbind" || choice.type === "reboot"}
        onSubmit={start}
      >
        {answer ? <BatchResults answer={answer} /> : <BatchFields choice={choice} onChange={setChoice} />}
      </Dialog>
    </>
  );
}
