import RestartAlt from "@mui/icons-material/RestartAlt";
import Sync from "@mui/icons-material/Sync";
import { useState } from "react";
import { Button, Confirm } from "react-admin";
import { request } from "../api/request.ts";
import { useAction } from "../parts/use-action.ts";

/** Reads the configuration anew, or starts the server anew. */
export function ServerButtons({ canRestart }: { readonly canRestart: boolean }) {
  const { isBusy, run } = useAction();
  const [isAsking, setAsking] = useState(false);
  const restart = async () => {
    setAsking(false);
    await run(() => request("POST", "server/restart", {}), "server.restarting");
  };
  return (
    <div>
      <Button
        label="server.reload"
        disabled={isBusy}
        onClick={() => void run(() => request("POST", "server/reload", {}), "server.reloaded")}
      >
        <Sync />
      </Button>
      {canRestart && (
        <Button label="server.restart" disabled={isBusy} onClick={() => setAsking(true)}>
          <RestartAlt />
        </Button>
      )}
      <Confirm
        isOpen={isAsking}
        title="server.restart"
        content="server.restartHint"
        onConfirm={() => void restart()}
        onClose={() => setAsking(false)}
      />
    </div>
  );
}
