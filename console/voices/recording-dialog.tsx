import Mic from "@mui/icons-material/Mic";
import Stop from "@mui/icons-material/Stop";
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { useEffect, useMemo } from "react";
import { useNotify, useTranslate } from "react-admin";
import type { RecordedVoice, Voiceprint } from "../../host-server/console/contract/agents.ts";
import { request } from "../api/request.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useAction } from "../parts/use-action.ts";
import { asWav } from "./as-wav.ts";
import { useRecorder } from "./use-recorder.ts";

interface RecordingDialogProps {
  /** Address of the voices. */
  readonly path: string;
  readonly voice: Voiceprint;
  readonly onClose: () => void;
  /** The server has another recording now. */
  readonly onKept: () => void;
}

/** Records somebody, or takes a file, and has the server learn the voice. */
export function RecordingDialog({ path, voice, onClose, onKept }: RecordingDialogProps) {
  const translate = useTranslate();
  const notify = useNotify();
  const { isBusy, run } = useAction();
  const recorder = useRecorder();
  const { recording } = recorder;
  const keep = (sound: () => Promise<Blob>) =>
    run(async () => {
      const own = `${path}/${encodeURIComponent(voice.id)}/recording`;
      const { problem, isLearned } = await request<RecordedVoice>("POST", own, await sound());
      if (problem === undefined) notify(isLearned ? "voice.kept" : "voice.saved", { type: "success" });
      else notify("voice.notLearned", { type: "warning", messageArgs: { problem }, autoHideDuration: 10_000 });
      onKept();
      onClose();
    });
  return (
    <Dialog
      title={`${translate("voice.record")}: ${voice.name}`}
      isOpen
      onClose={onClose}
      action={translate("voice.keep")}
      isBusy={isBusy || !recording}
      onSubmit={() => recording && void keep(async () => recording)}
    >
      {recorder.canRecord ? (
        <>
          <p>{translate("voice.recordHint")}</p>
          <RecordButton recorder={recorder} />
          {recording && <Preview recording={recording} />}
        </>
      ) : (
        <Alert severity="info">{translate("voice.needsHttps")}</Alert>
      )}
      <p>
        <Button component="label" variant="outlined" disabled={isBusy}>
          {translate("voice.upload")}
          <input
            type="file"
            accept="audio/*"
            hidden
            onChange={({ target: { files } }) => {
              const file = files?.[0];
              if (file) void keep(() => asWav(file));
            }}
          />
        </Button>
      </p>
    </Dialog>
  );
}

function RecordButton({ recorder }: { readonly recorder: ReturnType<typeof useRecorder> }) {
  const translate = useTranslate();
  const { run } = useAction();
  if (recorder.isRecording) {
    return (
      <Button variant="contained" color="error" startIcon={<Stop />} onClick={recorder.stop}>
        {translate("voice.stop")} · {translate("voice.recording", { seconds: recorder.seconds })}
      </Button>
    );
  }
  const start = () =>
    run(() =>
      recorder.start().catch((error: unknown) => {
        throw new Error(translate("voice.noMicrophone", { problem: (error as Error).message }));
      }),
    );
  return (
    <Button variant="contained" startIcon={<Mic />} onClick={() => void start()}>
      {translate(recorder.recording ? "voice.again" : "voice.record")}
    </Button>
  );
}

function Preview({ recording }: { readonly recording: Blob }) {
  const translate = useTranslate();
  const url = useMemo(() => URL.createObjectURL(recording), [recording]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return (
    <p>
      {/* biome-ignore lint/a11y/useMediaCaption: it is the user's own voice */}
      <audio controls src={url} aria-label={translate("voice.preview")} />
    </p>
  );
}
