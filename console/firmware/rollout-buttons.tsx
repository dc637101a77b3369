import PlayArrow from "@mui/icons-material/PlayArrow";
import Stop from "@mui/icons-material/Stop";
import Undo from "@mui/icons-material/Undo";
import { useState } from "react";
import { Button, Confirm, useRecordContext, useRefresh } from "react-admin";
import type { Firmware } from "../../host-server/console/contract/firmware.ts";
import { request } from "../api/request.ts";
import { useAction } from "../parts/use-action.ts";
import { RolloutDialog } from "./rollout-dialog.tsx";

/** Starts a roll-out, stops it, and takes it back. */
export function RolloutButtons() {
  const firmware = useRecordContext<Firmware>();
  const refresh = useRefresh();
  const { isBusy, run } = useAction();
  const [open, setOpen] = useState<"start" | "rollback">();
  if (!firmware) return null;
  const path = `firmware/${encodeURIComponent(firmware.id)}`;
  const ask = async (what: "stop" | "rollback") => {
    setOpen(undefined);
    await run(() => request("POST", `${path}/${what}`, {}), `firmware.${what}Done`);
    refresh();
  };
  const isRunning = firmware.rollout?.state === "running";
  return (
    <>
      <Button label="firmware.rollOut" disabled={isBusy} onClick={() => setOpen("start")}>
        <PlayArrow />
      </Button>
      {isRunning && (
        <Button label="firmware.stop" disabled={isBusy} onClick={() => void ask("stop")}>
          <Stop />
        </Button>
      )}
      {firmware.rollout && firmware.rollout.state !== "rolled-back" && (
        <Button label="firmware.rollback" disabled={isBusy} onClick={() => setOpen("rollback")}>
          <Undo />
        </Button>
      )}
      {open === "start" && <RolloutDialog firmware={firmware} onClose={() => setOpen(undefined)} />}
      <Confirm
        isOpen={open === "rollback"}
        title="firmware.rollback"
        content="firmware.rollbackHint"
        onConfirm={() => void ask("rollback")}
        onClose={() => setOpen(undefined)}
      />
    </>
  );
}
