import assert from "node:assert/strict";
import { test } from "node:test";
import { Pacer } from "../../../../host-server/pipeline/pace/pacer.ts";
import { VirtualClock } from "../../../../simulator/clock.ts";

const frame = new Int16Array(1440);
const packet = new Uint8Array(8);
const encode = () => packet;

function track() {
  const clock = new VirtualClock();
  const start = clock.now();
  const sent: (number | string)[] = [];
  const pacer = new Pacer(clock);
  const open = () => pacer.open({ encode, send: () => sent.push(clock.now() - start) });
  return { clock, sent, pacer, open, since: () => clock.now() - start };
}

function push(to: ReturnType<ReturnType<typeof track>["open"]>, count: number): void {
  for (let index = 0; index < count; index++) to.push(frame);
}

test("sound that comes late does not burst: the lead is refilled, and no more", async () => {
  const { clock, sent, open } = track();
  const speech = open();
  push(speech, 3);
  await clock.advance(1_000);
  push(speech, 10);
  await clock.advance(2_000);
  assert.deepEqual(sent.slice(0, 3), [0, 0, 0]);
  assert.deepEqual(sent.slice(3), [1000, 1000, 1000, 1000, 1000, 1060, 1120, 1180, 1240, 1300]);
});

test("sound that is a little late catches up within the lead", async () => {
  const { clock, sent, open } = track();
  const speech = open();
  push(speech, 6);
  await clock.advance(200);
  push(speech, 6);
  await clock.advance(2_000);
  assert.deepEqual(sent, [0, 0, 0, 0, 0, 60, 200, 200, 240, 300, 360, 420]);
});

test("what is between frames happens right after the frame before it", async () => {
  const { clock, sent, open } = track();
  const speech = open();
  speech.afterFrames(() => sent.push("first"));
  push(speech, 7);
  speech.afterFrames(() => sent.push("second"));
  push(speech, 1);
  await clock.advance(2_000);
  assert.deepEqual(sent, ["first", 0, 0, 0, 0, 0, 60, 120, "second", 180]);
});

test("the end comes 420 ms after the last frame, or at once when there was no sound", async () => {
  const { clock, open, since } = track();
  const speech = open();
  push(speech, 7);
  const ended = speech.finish().then(() => since());
  assert.equal(await clock.run(ended), 120 + 420);
  await open().finish();
  assert.equal(since(), 540);
});

test("of many that begin at once, all hear their first frame before anyone hears the second", async () => {
  const clock = new VirtualClock();
  const pacer = new Pacer(clock);
  const sent: number[] = [];
  for (let index = 0; index < 20; index++) {
    const speech = pacer.open({ encode, send: () => sent.push(index) });
    for (let count = 0; count < 4; count++) speech.push(frame);
  }
  await clock.advance(30);
  const all = Array.from({ length: 20 }, (_, index) => index);
  assert.deepEqual(sent, [...all, ...all, ...all, ...all]);
});

/** A pacer for which sending a frame takes a millisecond, and whose timers the test runs. */
function slowPacer() {
  const state = { now: 0 };
  const timers = new Map<() => void, number>();
  const clock = {
    now: () => state.now,
    schedule: (ms: number, run: () => void) => {
      const timer = () => run();
      timers.set(timer, state.now + ms);
      return () => timers.delete(timer);
    },
    hold: () => () => {},
  };
  const runTimers = () => {
    for (const timer of [...timers].filter(([, at]) => at <= state.now).map(([run]) => run)) {
      if (timers.delete(timer)) timer();
    }
  };
  const pacer = new Pacer(clock);
  const sent: string[] = [];
  const open = (name: string) =>
    pacer.open({
      encode,
      send: () => {
        sent.push(name);
        state.now += 1;
      },
    });
  return { state, runTimers, sent, open };
}

test("when sending takes long, frames that have time wait for what comes in, and those that run dry come first", () => {
  const { state, runTimers, sent, open } = slowPacer();
  const late = open("late");
  late.push(frame);
  state.now = 40;
  const early = open("early");
  for (let count = 0; count < 5; count++) early.push(frame);
  for (let count = 0; count < 2; count++) late.push(frame);
  assert.deepEqual(sent, ["late", "early"]);
  runTimers();
  // Four ms of work, then others have their turn.
  assert.deepEqual(sent.slice(2), ["late", "early", "late", "early"]);
  runTimers();
  assert.deepEqual(sent.slice(6), ["early", "early"]);
});

test("devices that would soon fall silent do not wait for what comes in, unless there are too many of them", () => {
  for (const [devices, atOnce] of [
    [10, 10],
    [60, 40],
  ] as const) {
    const { runTimers, sent, open } = slowPacer();
    const tracks = Array.from({ length: devices }, (_, at) => open(String(at)));
    for (const track of tracks) track.push(frame);
    for (const track of tracks) track.push(frame);
    runTimers();
    assert.equal(sent.length - devices, atOnce);
  }
});

test("frames that have time get as long as others had before, but for those of new answers", () => {
  for (const [devices, ahead, waitedMs, atOnce] of [
    [20, 5, 0, 4],
    [20, 5, 15, 15],
    [20, 5, 50, 20],
    [10, 3, 15, 4],
  ] as const) {
    const { state, runTimers, sent, open } = slowPacer();
    const tracks = Array.from({ length: devices }, (_, at) => open(String(at)));
    for (const track of tracks) track.push(frame);
    for (const track of tracks) for (let count = 1; count < ahead; count++) track.push(frame);
    while (sent.length < devices * ahead) runTimers();
    for (const track of tracks) track.push(frame);
    state.now += waitedMs;
    runTimers();
    assert.equal(sent.length - devices * ahead, atOnce, `${ahead} frames ahead, after ${waitedMs} ms`);
  }
});

test("the next frame is encoded before it is due, and no other one", async () => {
  const clock = new VirtualClock();
  const start = clock.now();
  const did: string[] = [];
  const pacer = new Pacer(clock);
  const note = (what: string) => did.push(`${what} ${clock.now() - start}`);
  const speech = pacer.open({
    encode: (pcm) => {
      note(`encode ${pcm[0]}`);
      return new Uint8Array([pcm[0] as number]);
    },
    send: (bytes) => note(`send ${bytes[0]}`),
  });
  for (let count = 1; count <= 8; count++) speech.push(new Int16Array(1440).fill(count));
  await clock.advance(50);
  assert.deepEqual(did.splice(0).slice(-3), ["encode 5 0", "send 5 0", "encode 6 0"]);
  await clock.advance(60);
  assert.deepEqual(did.splice(0), ["send 6 60", "encode 7 60"]);
  speech.hold();
  await clock.advance(1_000);
  speech.goOn(6, [{ frame: new Uint8Array([6]) }]);
  await clock.advance(0);
  assert.deepEqual(did.splice(0), ["send 6 1110", "send 7 1110", "encode 8 1110", "send 8 1110"]);
});

test("a frame that has no packet is left out, and what follows is not late", async () => {
  const { clock, sent, pacer } = track();
  const start = clock.now();
  const speech = pacer.open({
    encode: (pcm) => (pcm[0] === 0 ? packet : undefined),
    send: () => sent.push(clock.now() - start),
  });
  const broken = new Int16Array(1440).fill(1);
  for (const one of [broken, frame, frame, frame, frame, frame, broken, frame, broken]) speech.push(one);
  const ended = speech.finish();
  await clock.advance(70);
  assert.deepEqual(sent, [0, 0, 0, 0, 0, 60]);
  await clock.run(ended);
  assert.equal(clock.now() - start, 480);
});

test("closing drops what waits and frees whoever waits for it", async () => {
  const { clock, sent, pacer, open } = track();
  const speech = open();
  push(speech, 100);
  const room = speech.room(1_000);
  await clock.advance(100);
  speech.close();
  await Promise.all([room, speech.finish()]);
  push(speech, 1);
  await clock.advance(5_000);
  assert.equal(sent.length, 6);
  assert.equal(pacer.activeTracks, 0);
  assert.equal(clock.pending <= 1, true);
});

test("there is room again once enough has been sent", async () => {
  const { clock, open, since } = track();
  const speech = open();
  push(speech, 20);
  await clock.run(speech.room(600));
  assert.equal(since(), 300);
});
