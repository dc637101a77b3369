import type { Demand } from "../../../proofs.ts";

/** Weak spots of the reference gateway that ours must not have. Files are in test. */
export const NOT_COPIED: readonly Demand[] = [
  {
    what: "an odd message of a server ends nothing but itself",
    proofs: [
      [
        "host-server/gateway/remote-session.test.ts",
        "the server hears who it is; strange messages of it harm nobody; its end is a goodbye",
        "any bytes are a frame or none",
      ],
      [
        "host-server/gateway/mqtt/storm-upstream.test.ts",
        "the server of … other devices is …: no frame of a device with a good one is late",
      ],
    ],
  },
  {
    what: "messages over MQTT do not wait for Nagle's algorithm",
    proofs: [
      [
        "host-server/gateway/mqtt/burst.test.ts",
        "messages over MQTT wait for no acknowledgement: connections are without Nagle's algorithm",
      ],
    ],
  },
  {
    what: "the connection to the server ends with the device",
    proofs: [
      [
        "host-server/gateway/remote-session.test.ts",
        "a device that leaves, or says hello again, leaves no connection to a server behind",
      ],
      ["host-server/gateway/mqtt/session.test.ts", "a device that leaves takes its session along"],
      ["host-server/gateway/mqtt/wire.test.ts", "DISCONNECT ends the session, too"],
      [
        "slow/gateway-sessions.test.ts",
        "100,000 sessions over MQTT, each opened and left in another way, leave nothing behind",
      ],
    ],
  },
  {
    what: "a hello on a live session has no gap, and a late close does not end the new session",
    proofs: [
      [
        "host-server/gateway/upstream.test.ts",
        "a server that closes the old session late ends nothing of the new one",
        "a hello on a live session is answered at once, with nothing of the old session after it",
      ],
      [
        "host-server/gateway/mqtt/session.test.ts",
        "hello in the middle of an answer: the old session is silent at once, and nothing of it ends the new one",
      ],
    ],
  },
  {
    what: "an id of two parts is no way around the password",
    proofs: [
      [
        "host-server/gateway/mqtt/login.test.ts",
        "client ids of two parts come in only where the configuration says so",
        "a bad login is refused in CONNACK, before anything else is said",
      ],
    ],
  },
  {
    what: "the address for sound is not taken from a datagram that proves nothing",
    proofs: [
      [
        "host-server/gateway/mqtt/audio.test.ts",
        "one forged or replayed datagram does not take over the sound, not even after silence, in …",
        "a device that has moved is found after three packets and a second of silence, and is heard from the first, in …",
      ],
      [
        "host-server/gateway/mqtt/storm.test.ts",
        "strangers who knock, forge, replay and garble change no frame of a device that is spoken to",
      ],
    ],
  },
  {
    what: "CONNACK comes after the login was looked at",
    proofs: [
      ["host-server/gateway/mqtt/login.test.ts", "a bad login is refused in CONNACK, before anything else is said"],
    ],
  },
  {
    what: "a pause of the process does not lose sound in a small receive buffer",
    proofs: [
      [
        "host-server/gateway/mqtt/burst.test.ts",
        "2,000 datagrams while the process is busy: none is lost in the receive buffer, with … workers",
      ],
    ],
  },
  {
    what: "no line of the log for a frame",
    proofs: [
      ["host-server/gateway/mqtt/session.test.ts", "no line of the log is written for a frame, in either direction"],
    ],
  },
  {
    what: "no compression between gateway and server, on either side",
    proofs: [
      [
        "host-server/gateway/remote-session.test.ts",
        "the server hears who it is; strange messages of it harm nobody; its end is a goodbye",
      ],
      ["host-server/gateway/websocket.test.ts", "a gateway or device that offers to compress is not taken up on it"],
    ],
  },
  {
    what: "a server that does not answer the hello is given up, and a goodbye names the session that it ends",
    proofs: [
      [
        "host-server/gateway/remote-session.test.ts",
        "a server that is mute or away is passed over for another; when none answers the device is told",
      ],
      [
        "host-server/gateway/mqtt/session.test.ts",
        "the server's end of a session is a goodbye with its id; the connection stays",
        "a message outside of a session is answered by a goodbye with its own id",
      ],
    ],
  },
  {
    what: "no two packets to a device have one time, so that their key streams do not overlap",
    proofs: [
      [
        "host-server/gateway/packet-times.test.ts",
        "whatever a server sends as times, no block of key stream is used twice in 200 packets",
      ],
      [
        "host-server/gateway/mqtt/session.test.ts",
        "a turn: text over MQTT, audio over UDP, numbered from 1, each with a time of its own",
      ],
      [
        "host-server/gateway/calls.test.ts",
        "an accepted call: both are told, both sessions end, and each hears the other under its own key and numbers",
      ],
    ],
  },
  {
    what: "tools of a device are never served empty from a cache",
    proofs: [
      [
        "host-server/gateway/mqtt/wire.test.ts",
        "a server that asks for the tools before the device has told them waits for them, and gets no empty list",
      ],
      ["host-server/gateway/mqtt/session.test.ts", "a list that could not be read is asked of the device again"],
    ],
  },
];
