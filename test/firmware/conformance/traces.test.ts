import { test } from "node:test";
import { toneFrames } from "../scripted-server.ts";
import { createWorldOn, TRANSPORTS, type Transport, type World } from "../transports.ts";

const AUDIO = '"audio_params":{"format":"opus","sample_rate":16000,"channels":1,"frame_duration":60}}';
const HELLO: { readonly [transport in Transport]: string } = {
  WebSocket: `D: {"type":"hello","version":1,"features":{"mcp":true,"glyph_push":false},"transport":"websocket",${AUDIO}`,
  "MQTT and UDP": `D: {"type":"hello","version":3,"transport":"udp","features":{"mcp":true,"glyph_push":false},${AUDIO}`,
};
const STOPPED = 'D: {"session_id":"s1","type":"listen","state":"stop"}';
const ABORT = 'D: {"session_id":"s1","type":"abort"}';

function started(mode: string): string {
  return `D: {"session_id":"s1","type":"listen","state":"start","mode":"${mode}"}`;
}

function tts(state: string): string {
  return `S: {"type":"tts","state":"${state}","session_id":"s1"}`;
}

/** A device at rest, bytes that are on their way equally long, and the lines that differ between the transports. */
async function ready(transport: Transport, options: Parameters<typeof createWorldOn>[1] = {}) {
  const world = await createWorldOn(transport, options, { delayMs: 5 });
  await world.boot();
  const { server } = world;
  server.trace.clear();
  const isUdp = transport === "MQTT and UDP";
  return {
    ...world,
    opening: ["= connecting", HELLO[transport], `S: ${JSON.stringify(server.hello)}`],
    /** One packet that shows the server where the device is: once it is open, and until anything came back. */
    address: isUdp ? ["D: audio ×1"] : [],
    goodbye: isUdp ? ['D: {"session_id":"s1","type":"goodbye"}'] : [],
    say: (state: "start" | "stop") => server.send({ type: "tts", state, session_id: "s1" }),
  };
}

/** A question in auto mode, and the beginning of a long answer. */
async function answering({ device, clock, say, server }: Awaited<ReturnType<typeof ready>>, ms: number) {
  device.click();
  await clock.run(device.reached("listening"));
  await clock.advance(650);
  say("start");
  return server.speak(toneFrames(ms));
}

function endServer({ server }: World): void {
  if ("mqtt" in server) server.send({ type: "goodbye", session_id: "s1" });
  else server.close();
}

for (const transport of TRANSPORTS) {
  const farewell = transport === "WebSocket" ? "S: closes" : 'S: {"type":"goodbye","session_id":"s1"}';

  test(`A. Click to talk, auto mode, over ${transport}: two turns, then the server ends it`, async () => {
    const world = await ready(transport);
    const { clock, device, server, opening, address, say } = world;
    device.click();
    await clock.run(device.reached("listening"));
    await clock.advance(650);
    for (const text of ["Hello", "Goodbye"]) {
      server.send({ type: "stt", text, session_id: "s1" });
      server.send({ type: "llm", emotion: "happy", text: "🙂", session_id: "s1" });
      say("start");
      await clock.advance(50);
      server.send({ type: "tts", state: "sentence_start", text, session_id: "s1" });
      server.speak(toneFrames(600));
      await clock.advance(500);
      say("stop");
      await clock.advance(800);
    }
    endServer(world);
    await clock.run(device.reached("idle"));
    await clock.advance(500);
    const turn = (text: string) => [
      `S: {"type":"stt","text":"${text}","session_id":"s1"}`,
      'S: {"type":"llm","emotion":"happy","text":"🙂","session_id":"s1"}',
      tts("start"),
      "= speaking",
    ];
    const answer = (text: string) => [
      `S: {"type":"tts","state":"sentence_start","text":"${text}","session_id":"s1"}`,
      "S: audio ×10",
      tts("stop"),
      "= listening",
      started("auto"),
      "D: audio ×11",
    ];
    server.trace.assertIs([
      ...[...opening, "= listening", started("auto"), `D: audio ×${10 + address.length}`],
      ...[...turn("Hello"), ...address, ...answer("Hello")],
      ...[...turn("Goodbye"), ...answer("Goodbye"), farewell, "= idle"],
    ]);
  });

  test(`B. Wake word, over ${transport}: its sound, what was recognised, then listen start`, async () => {
    const world = await ready(transport, { board: "simulator-wake" });
    const { clock, device, server, opening, address, goodbye, say } = world;
    await clock.advance(3000);
    device.wake('say "hi"');
    await clock.run(device.reached("listening"));
    await clock.advance(650);
    say("start");
    server.speak(toneFrames(300));
    await clock.advance(600);
    say("stop");
    await clock.run(device.reached("listening"));
    device.click();
    await clock.run(device.reached("idle"));
    await clock.advance(100);
    // On UDP sound and messages go different ways, and a new socket of this network takes a moment longer.
    const detected = 'D: {"session_id":"s1","type":"listen","state":"detect","text":"say \\"hi\\""}';
    const isUdp = address.length > 0;
    server.trace.assertIs([
      ...[...opening, "= listening"],
      ...(isUdp
        ? [detected, started("auto"), "D: audio ×44"]
        : ["D: audio ×33", detected, started("auto"), "D: audio ×10"]),
      ...[tts("start"), "S: audio ×5", "= speaking", tts("stop"), "= listening", started("auto")],
      ...["D: audio ×1", "= idle", ...goodbye],
    ]);
  });

  test(`C. Wake word during speech, over ${transport}: abort with its reason, listening at once, drain, listen start`, async () => {
    const world = await ready(transport, { board: "simulator-wake" });
    const { clock, device, server, opening, address, say } = world;
    const stopSpeaking = await answering(world, 3000);
    await clock.advance(1000);
    device.wake("ni hao");
    stopSpeaking();
    await clock.advance(30);
    say("stop");
    await clock.advance(600);
    server.trace.assertIs([
      ...[...opening, "= listening", started("auto"), `D: audio ×${10 + address.length}`],
      ...[tts("start"), "S: audio ×5", "= speaking", "S: audio ×17", "= listening"],
      'D: {"session_id":"s1","type":"abort","reason":"wake_word_detected"}',
      ...[started("auto"), tts("stop"), "D: audio ×10"],
    ]);
  });

  test(`D. Click during speech, over ${transport}: abort, still speaking, tts stop, then it listens`, async () => {
    const world = await ready(transport);
    const { clock, device, server, opening, address, goodbye, say } = world;
    const stopSpeaking = await answering(world, 3000);
    await clock.advance(1000);
    device.click();
    await clock.advance(200);
    stopSpeaking();
    say("stop");
    await clock.advance(350);
    device.click();
    await clock.run(device.reached("idle"));
    await clock.advance(100);
    server.trace.assertIs([
      ...[...opening, "= listening", started("auto"), `D: audio ×${10 + address.length}`],
      ...[tts("start"), "S: audio ×5", "= speaking", "S: audio ×17", ABORT, "S: audio ×2", tts("stop")],
      ...["= listening", started("auto"), "D: audio ×6", "= idle", ...goodbye],
    ]);
  });

  test(`E. Hold to talk, over ${transport}: listen stop, idle, and the answer through the open channel`, async () => {
    const world = await ready(transport);
    const { clock, device, server, opening, address, say } = world;
    device.press();
    await clock.run(device.reached("listening"));
    await clock.advance(650);
    device.release();
    await clock.advance(50);
    server.send({ type: "stt", text: "Hello", session_id: "s1" });
    say("start");
    await clock.advance(50);
    server.speak(toneFrames(300));
    await clock.advance(500);
    say("stop");
    await clock.advance(500);
    server.trace.assertIs([
      ...[...opening, "= listening", started("manual"), `D: audio ×${10 + address.length}`, "= idle", STOPPED],
      'S: {"type":"stt","text":"Hello","session_id":"s1"}',
      ...[tts("start"), "= speaking", ...address, "S: audio ×5", tts("stop"), "= idle"],
    ]);
  });

  test(`F. Realtime, over ${transport}: one listen start, and the microphone stays on through the answer`, async () => {
    const source = `
      import { defineBoard } from "boards/board";
      import { pinButton } from "modules/hardware/button";
      export default defineBoard({
        name: "duplex", chip: "simulator", echoCancel: "device", button: pinButton(0) });`;
    const world = await ready(transport, { modules: [{ specifier: "board", path: "board.js", source }] });
    const { clock, device, server, opening, address, say } = world;
    device.click();
    await clock.run(device.reached("listening"));
    await clock.advance(650);
    say("start");
    await clock.advance(600);
    say("stop");
    await clock.advance(600);
    server.trace.assertIs([
      ...[...opening, "= listening", started("realtime"), `D: audio ×${10 + address.length}`],
      ...[tts("start"), "= speaking", `D: audio ×${10 + address.length}`],
      ...[tts("stop"), "= listening", "D: audio ×10"],
    ]);
  });
}
