import type { Demand } from "../../proofs.ts";

/** What a device must do to talk with every XiaoZhi server. Begin here to find where a rule is tested; files are in test/firmware. */
export const CHECKLIST: readonly Demand[] = [
  {
    what: "POST OTA with its headers and body",
    proofs: [
      [
        "boot.test.ts",
        "the version check says who the device is, in headers and body",
        "what a board says about itself is in the body, and any text is escaped",
      ],
      ["serial-number.test.ts", "a device with a serial number says so in each request, and signs the challenge"],
    ],
  },
  {
    what: "accept any subset of the answer; back off",
    proofs: [
      [
        "boot.test.ts",
        "an odd answer is used as far as it goes",
        "a failing version check is tried again after 10, 20, 40 s …, and a click hurries it",
        "ten failures end the attempts; the device is ready, and says why it cannot talk",
      ],
      ["faults/limits.test.ts", "the version check's answer is …, then …"],
    ],
  },
  {
    what: "activation including 202",
    proofs: [
      [
        "activation.test.ts",
        "202 is asked again after 3 s, ten times; then the version is checked again",
        "another status, and no connection, are asked again after 10 s",
        "ten failed checks end the activation, too",
      ],
    ],
  },
  {
    what: "both transports; MQTT preferred when both",
    proofs: [
      ["both-transports.test.ts", "two turns in auto mode"],
      [
        "mqtt-connection.test.ts",
        "a server that offers both prefers MQTT; one that offers only WebSocket switches back",
      ],
    ],
  },
  {
    what: "hello version 3 on MQTT, framing number on WebSocket",
    proofs: [
      ["conformance/traces.test.ts", "A. Click to talk, auto mode, over …"],
      ["framing.test.ts", "a conversation in framing …: header, hello and audio of both directions"],
    ],
  },
  {
    what: "framing 1, 2 and 3 with bounds checks",
    proofs: [
      ["framing.test.ts", "short and lying frames of framing … are dropped by name, and the conversation goes on"],
    ],
  },
  {
    what: "UDP header as counter, first sequence 1, connection id preserved, strictly rising receive sequence",
    proofs: [
      [
        "mqtt-conversation.test.ts",
        "one conversation: MQTT hello, UDP hello back, packets from 1 with the header as counter, goodbye",
        "each conversation has its own key stream and begins at packet 1",
        "loss, repeats and reordering: what is late is dropped, the rest is heard, and the log counts",
        "datagrams that lie, that are short, of another type, or from elsewhere are dropped; one line says so",
      ],
    ],
  },
  {
    what: "60 ms 16 kHz mono Opus up; decode any duration and rate down; SILK and CELT",
    proofs: [
      [
        "conformance/audio-formats.test.ts",
        "60 ms 16 kHz mono Opus up",
        "decode any duration and rate down; SILK and CELT",
      ],
    ],
  },
  {
    what: "order on wake: audio, detect, listen start",
    proofs: [["conformance/traces.test.ts", "B. Wake word, over …", "C. Wake word during speech, over …"]],
  },
  {
    what: "order in an auto turn: tts stop, drain, listen start, microphone",
    proofs: [
      ["conformance/traces.test.ts", "A. Click to talk, auto mode, over …"],
      ["both-transports.test.ts", "after tts stop the device plays out what it has before it listens"],
    ],
  },
  {
    what: "click, press, release and wake word in each state, exactly",
    proofs: [
      ["conformance/event-table.test.ts", "…, in every state"],
      ["conformance/traces.test.ts", "E. Hold to talk, over …", "F. Realtime, over …"],
    ],
  },
  {
    what: "an abort does not change the state until tts stop, but silences",
    proofs: [
      ["conformance/traces.test.ts", "D. Click during speech, over …"],
      ["both-transports.test.ts", "a click while speaking silences at once, and the device listens after tts stop"],
    ],
  },
  {
    what: "MCP answers in any state and before hello; numeric ids",
    proofs: [
      ["conformance/mcp.test.ts", "MCP answers in any state and before hello, with numeric ids"],
      ["tools.test.ts", "what is not a request is dropped without an answer, and the device goes on"],
      ["mqtt-connection.test.ts", "MCP is answered after a session, too, again with an empty session id"],
    ],
  },
  {
    what: "8000-byte pages with name cursors; user tools hidden",
    proofs: [
      ["conformance/mcp.test.ts", "8000-byte pages with name cursors"],
      ["tools.test.ts", "tools for the user are hidden, and refused with a code"],
    ],
  },
  {
    what: "one UDP packet early, so that the server learns the address",
    proofs: [
      ["mqtt-conversation.test.ts", "the first packet was lost: at tts start the device shows its address again"],
      ["mqtt-connection.test.ts", "the server wants to speak: only when idle"],
    ],
  },
  {
    what: "goodbye rules; 120 s until a channel is dead; 10 s for the hello",
    proofs: [
      [
        "mqtt-conversation.test.ts",
        "goodbye of the server: idle without an answer; of another session or of none it is ignored",
        "more than 120 s of silence from the server: the next press opens a new session",
        "no hello within 10 s, and a hello that is unusable, end as an alert; a late one opens nothing",
      ],
      [
        "channel-faults.test.ts",
        "no hello: after 10 s idle again, and the user is told",
        "a channel that was silent for two minutes is replaced",
      ],
    ],
  },
  {
    what: "a clock in UTC with the offset beside it; a saved transport",
    proofs: [
      ["boot.test.ts", "the answer is kept: server address over a restart, and the clock runs in UTC"],
      ["mqtt-connection.test.ts", "the transport of the last answer is used when the server does not answer"],
    ],
  },
  {
    what: "a switch on the device against new firmware",
    proofs: [["upgrade.test.ts", "who has switched upgrades off keeps the firmware, whatever the server insists on"]],
  },
  {
    what: "escape all JSON",
    proofs: [
      ["boot.test.ts", "what a board says about itself is in the body, and any text is escaped"],
      ["conformance/traces.test.ts", "B. Wake word, over …"],
    ],
  },
  {
    what: "a small jitter buffer, and early audio kept",
    proofs: [
      ["audio-stream.test.ts", "audio up to 500 ms before its tts start is held", "a late packet while speech flows"],
      ["faults/datagrams.test.ts", "… % loss, … ms jitter"],
    ],
  },
  {
    what: "speech that the server begins",
    proofs: [
      ["mqtt-connection.test.ts", "the server wants to speak: only when idle"],
      ["conversation.test.ts", "tts start in idle is accepted when the channel is open: the server may speak first"],
    ],
  },
];
