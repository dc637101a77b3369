import type { Demand } from "../../proofs.ts";

/** The traces that were recorded from the reference server, and where each is proven; files are in test/host-server. */
export const TRACES: readonly Demand[] = [
  { what: "0.1 hello and text turn", proofs: [["conformance/traces.test.ts", "0.1 hello, MCP, and a text turn"]] },
  {
    what: "0.2 empty hello",
    proofs: [
      ["conformance/traces.test.ts", "0.2 an empty hello is answered with the server's own sound, and no MCP follows"],
    ],
  },
  {
    what: "0.3 device tool call inside a turn",
    proofs: [["conformance/traces.test.ts", "0.3 a tool of the device inside a turn"]],
  },
  {
    what: "0.4 wake word with the reply cache on",
    proofs: [["conformance/traces.test.ts", "0.4 a wake word with kept replies"]],
  },
  {
    what: "0.5 exit tool, exit command",
    proofs: [
      [
        "conformance/traces.test.ts",
        "0.5 the exit tool says goodbye and closes right after stop",
        "0.5 an exit command closes at once, without stop",
      ],
    ],
  },
  { what: "0.6 abort in mid-speech", proofs: [["conformance/traces.test.ts", "0.6 an abort in mid-speech"]] },
  {
    what: "0.7 second detect while speaking",
    proofs: [["conformance/traces.test.ts", "0.7 a second detect while speaking, in auto mode"]],
  },
  {
    what: "0.8 manual mode",
    proofs: [
      [
        "conformance/traces.test.ts",
        "0.8 manual mode: stop begins the turn, and a start while speaking interrupts nothing",
      ],
    ],
  },
  {
    what: "0.9 auto and realtime modes",
    proofs: [["conformance/traces.test.ts", "0.9 two utterances in … mode: two turns, the second cuts the first"]],
  },
  {
    what: "0.10 silence time-out",
    proofs: [
      [
        "conformance/traces.test.ts",
        "0.10 silence: an end prompt that nobody sees, its answer, stop, close",
        "0.10 a device that sends no sound is closed by the second timer",
      ],
    ],
  },
  {
    what: "0.11 frames of a gateway",
    proofs: [["conformance/traces.test.ts", "0.11 a gateway's frames have a header of 16 bytes, both ways"]],
  },
  {
    what: "0.12 authentication",
    proofs: [
      [
        "gateway/websocket.test.ts",
        "with authentication on, only genuine, fresh tokens and white-listed devices come in",
      ],
    ],
  },
  {
    what: "0.13 what a server without the reference's console shares with one that has it",
    proofs: [
      [
        "session/management.test.ts",
        "a wrong secret, or none, is an error without content",
        "update_config reads the file again: what can change does, and the rest is named",
      ],
      [
        "session/greeting.test.ts",
        "without kept replies the model answers a greeting in the language of the wake word",
      ],
      ["conformance/checks.test.ts", "21 the hello is answered before anything else is said or awaited"],
    ],
  },
];

/** The checks of conformance by their numbers. */
export const CHECKS: readonly Demand[] = [
  {
    what: "1 plain GET on the WebSocket port",
    proofs: [
      [
        "conformance/checks.test.ts",
        "1 any plain request on the WebSocket port gets the text that health checks look for",
      ],
    ],
  },
  {
    what: "2 no device id",
    proofs: [["gateway/websocket.test.ts", "without a device id there is one text frame and a normal close"]],
  },
  {
    what: "3 the matrix of authentication",
    proofs: [
      [
        "gateway/websocket.test.ts",
        "with authentication on, only genuine, fresh tokens and white-listed devices come in",
      ],
      ["gateway/websocket.test.ts", "any path opens a WebSocket"],
    ],
  },
  {
    what: "4 Firefox's Connection header",
    proofs: [["conformance/checks.test.ts", "4 the tokens of Connection are read one by one, in any case"]],
  },
  {
    what: "5 hello, echo and default",
    proofs: [
      [
        "conformance/checks.test.ts",
        "5 whatever the hello says of the sound comes back unchanged, also when it comes again",
      ],
      ["conformance/traces.test.ts", "0.2 an empty hello is answered with the server's own sound, and no MCP follows"],
    ],
  },
  {
    what: "6 MCP: opening, pages, call, error, time-out",
    proofs: [
      [
        "session/tools.test.ts",
        "MCP opens with the reference's messages and reads every page",
        "a tool call is shown, made with the tool's own name, and its result spoken about",
        "an error of the device, and a tool that does not exist, are results too",
        "a tool that does not answer becomes a result after the time-out",
      ],
    ],
  },
  {
    what: "7 order and keys of a typed turn",
    proofs: [["conformance/checks.test.ts", "7 a typed turn has its messages in order, with the reference's keys"]],
  },
  {
    what: "8 faces",
    proofs: [
      [
        "conformance/checks.test.ts",
        "8 each of the 21 emoji shows its face, the first one counts, and no emoji is happy",
      ],
      ["session/ending.test.ts", "a device without emoji gets no faces, and the model is told"],
    ],
  },
  {
    what: "9 pace",
    proofs: [
      [
        "conformance/checks.test.ts",
        "9 a lead of at most six frames, then one each 60 ms, and stop 420 ms after the last",
      ],
    ],
  },
  {
    what: "10 sentence_start and frames",
    proofs: [
      [
        "conformance/checks.test.ts",
        "10 each sentence is announced before its first frame and after the last one of the sentence before",
      ],
    ],
  },
  {
    what: "11 abort",
    proofs: [
      [
        "conformance/checks.test.ts",
        "11 an abort at any moment: not a frame more, stop at once, and a clean next turn",
      ],
    ],
  },
  {
    what: "12 detect in mid-speech",
    proofs: [
      [
        "conformance/checks.test.ts",
        "12 texts in mid-speech, one upon the other: each turn is whole or cut by stop, and none leaks into the next",
      ],
    ],
  },
  {
    what: "13 manual mode",
    proofs: [
      [
        "conformance/traces.test.ts",
        "0.8 manual mode: stop begins the turn, and a start while speaking interrupts nothing",
      ],
      ["session/listening.test.ts", "what was heard before listen start does not count"],
    ],
  },
  {
    what: "14 one turn for each utterance",
    proofs: [
      ["conformance/checks.test.ts", "14 speech in auto mode: one turn for each utterance"],
      ["../cli/sim.test.ts", "a sentence is spoken to a device over the host's network, and its answer is recorded"],
    ],
  },
  {
    what: "15 wake word, three ways",
    proofs: [
      [
        "session/greeting.test.ts",
        "a device that was called answers without a turn of the model, and shows no wake word",
        "without greetings the device only listens",
        "without kept replies the model answers a greeting in the language of the wake word",
      ],
    ],
  },
  {
    what: "16 exit tool and exit command",
    proofs: [
      [
        "conformance/traces.test.ts",
        "0.5 the exit tool says goodbye and closes right after stop",
        "0.5 an exit command closes at once, without stop",
      ],
      ["session/tools.test.ts", "an abort cancels the pending close"],
    ],
  },
  {
    what: "17 silence timer and hard timer",
    proofs: [
      [
        "session/ending.test.ts",
        "a device that listens to silence says goodbye, unseen, and its connection ends",
        "a device that sends nothing at all is closed a minute later, without a word",
      ],
    ],
  },
  {
    what: "18 a gateway's header both ways",
    proofs: [["conformance/traces.test.ts", "0.11 a gateway's frames have a header of 16 bytes, both ways"]],
  },
  {
    what: "19 version check",
    proofs: [
      [
        "ota/routes.test.ts",
        "GET … tells people the address, and browsers that they may ask",
        "OPTIONS … allows what the test page sends",
        "POST … answers the version check",
        "without both ids the answer is a refusal with status 200",
        "with authentication on, the token in the answer is good for this device",
        "the newest firmware for the model is offered, compared as numbers, and can be loaded",
        "no download leads out of the firmware folder",
      ],
      [
        "gateway/mqtt/login.test.ts",
        "the version check hands out MQTT instead of the WebSocket, or both, when a gateway is set",
      ],
    ],
  },
  {
    what: "20 activation: without a console there is none",
    proofs: [["conformance/checks.test.ts", "20 without a console no device has to be activated"]],
  },
  {
    what: "21 a prompt to bind comes after the hello: without a console the hello alone",
    proofs: [["conformance/checks.test.ts", "21 the hello is answered before anything else is said or awaited"]],
  },
  {
    what: "22 vision: none is offered where there is none",
    proofs: [["conformance/checks.test.ts", "22 a device is offered no vision by a server that has none"]],
  },
  {
    what: "23 messages of a console",
    proofs: [
      [
        "session/management.test.ts",
        "a wrong secret, or none, is an error without content",
        "update_config reads the file again: what can change does, and the rest is named",
        "restart is off by default, and happens a second later where it is allowed",
        "a console without a token, with a random UUID for its address, is let in for management alone",
      ],
    ],
  },
  {
    what: "24 many talkers; their real times are those of the bench",
    proofs: [
      ["conformance/checks.test.ts", "24 … talkers at once: each hears its own answer, every frame when it is due"],
    ],
  },
  {
    what: "25 malformed inputs never close the socket",
    proofs: [
      [
        "conformance/checks.test.ts",
        "25 whatever a device sends, in whatever order, its socket stays open and it is answered",
      ],
      [
        "conformance/any-order.test.ts",
        "words, wake words, calls, aborts and modes in any order and at any time",
        "bytes that are no WebSocket end their own connection and nothing else",
      ],
      ["gateway/websocket.test.ts", "no frame that a WebSocket can carry ends the connection"],
      ["session/malformed.test.ts", "any text and any bytes leave a session that still answers"],
      [
        "gateway/limits.test.ts",
        "of a flood of messages and sound the excess is dropped, with a line that names device and limit",
      ],
    ],
  },
];
