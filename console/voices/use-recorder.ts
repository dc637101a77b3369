import { useCallback, useEffect, useRef, useState } from "react";
import { asWav } from "./as-wav.ts";

/** More than a voice takes to be learned; the server takes 30 s. */
const LONGEST_MS = 25_000;

export interface Recorder {
  /** Whether the browser lets this page hear: over HTTPS, or at the server's own computer. */
  readonly canRecord: boolean;
  readonly isRecording: boolean;
  readonly seconds: number;
  readonly recording: Blob | undefined;
  /** @throws DOMException when the browser gives no microphone */
  start(): Promise<void>;
  stop(): void;
  clear(): void;
}

/** Records with the browser's microphone, and gives a WAV. */
export function useRecorder(): Recorder {
  const recorder = useRef<MediaRecorder>(null);
  const [isRecording, setRecording] = useState(false);
  const [seconds, setSeconds] = useState(0);
  const [recording, setResult] = useState<Blob>();
  const stop = useCallback(() => {
    if (recorder.current?.state === "recording") recorder.current.stop();
  }, []);
  useEffect(() => stop, [stop]);
  useEffect(() => {
    if (!isRecording) return;
    const ticks = setInterval(() => setSeconds((now) => now + 1), 1_000);
    const end = setTimeout(stop, LONGEST_MS);
    return () => {
      clearInterval(ticks);
      clearTimeout(end);
    };
  }, [isRecording, stop]);
  const start = async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    const made = new MediaRecorder(stream);
    const pieces: Blob[] = [];
    made.ondataavailable = ({ data }) => pieces.push(data);
    made.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      setRecording(false);
      asWav(new Blob(pieces)).then(setResult, () => setResult(undefined));
    };
    recorder.current = made;
    setResult(undefined);
    setSeconds(0);
    made.start();
    setRecording(true);
  };
  const canRecord = navigator.mediaDevices !== undefined && typeof MediaRecorder === "function";
  return { canRecord, isRecording, seconds, recording, start, stop, clear: () => setResult(undefined) };
}
