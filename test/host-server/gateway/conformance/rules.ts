import type { Demand } from "../../../proofs.ts";

/** What devices, servers and consoles of the reference count on. Files are in test. */
export const RULES: readonly Demand[] = [
  {
    what: "addresses, IPv6, ports of one's own choice",
    proofs: [
      [
        "host-server/gateway/mqtt/ipv6.test.ts",
        "a gateway on all addresses with … workers serves a device at …: messages and audio both ways",
      ],
      [
        "host-server/gateway/mqtt/tls.test.ts",
        "a device logs in over TLS; one that speaks plain MQTT there does not",
        "a certificate that is replaced while the server runs is used within a minute; one that does not fit is not",
      ],
    ],
  },
  {
    what: "servers from a weighted list; those that fail rest",
    proofs: [
      [
        "host-server/gateway/remote-session.test.ts",
        "servers are chosen by their weights; one that failed rests, unless it is the only one",
      ],
    ],
  },
  {
    what: "the version check hands out MQTT as the reference's does",
    proofs: [
      [
        "host-server/gateway/mqtt/login.test.ts",
        "the version check hands out MQTT instead of the WebSocket, or both, when a gateway is set",
        "for devices at another broker: a user of their own, a topic of their own, and a will on it",
      ],
      ["host-server/gateway/mqtt/pieces.test.ts", "logins are those of the reference server"],
    ],
  },
  {
    what: "a weak key closes the management port and nothing else",
    proofs: [
      ["host-server/gateway/ports.test.ts", "with the key … devices may come in, and the management port is …"],
      ["host-server/gateway/mqtt/pieces.test.ts", "keys that the reference gateway calls weak are"],
    ],
  },
  {
    what: "MQTT 3.1 and 3.1.1; 5 is refused; a will and an old session are no harm",
    proofs: [
      [
        "host-server/gateway/mqtt/login.test.ts",
        "a good login is accepted, with MQTT 3.1, too; a will and a long client id are no harm",
        "a bad login is refused in CONNACK, before anything else is said",
      ],
      ["host-server/gateway/mqtt/wire.test.ts", "a client that asks for its old session back gets a new one"],
    ],
  },
  {
    what: "packets: CONNECT first, QoS 0 to 2 from a device, QoS 0 to it, UNSUBSCRIBE, DISCONNECT, cut anywhere",
    proofs: [
      ["host-server/gateway/mqtt/login.test.ts", "who says nothing, or not CONNECT first, is cut"],
      [
        "host-server/gateway/mqtt/wire.test.ts",
        "a message with QoS 1 or 2 is acknowledged as MQTT has it, and counts once",
        "messages to a device are QoS 0, not retained, not repeated",
        "UNSUBSCRIBE is answered, and messages come all the same",
        "packets may come in pieces, cut anywhere",
      ],
    ],
  },
  {
    what: "limits on packets, their rate, and connections from one address",
    proofs: [
      [
        "host-server/gateway/mqtt/login.test.ts",
        "packets that are too long, too many, or no packets end the connection and nothing else",
        "one address may have so many connections as the configuration says",
      ],
      [
        "host-server/gateway/mqtt/pieces.test.ts",
        "the meter counts packets and lets none pass that is too long, wherever the stream is cut",
      ],
    ],
  },
  {
    what: "messages without a subscription; topics of one's own only",
    proofs: [
      [
        "host-server/gateway/mqtt/login.test.ts",
        "a device may subscribe to its own topic only, and gets each message once, subscribed or not",
        "who publishes on a topic of another is cut, and the other hears nothing",
      ],
    ],
  },
  {
    what: "of one device's connections the newest stays",
    proofs: [
      [
        "host-server/gateway/mqtt/login.test.ts",
        "of one device's connections the newest stays, whatever its client id; the session of the older one ends",
      ],
      [
        "host-server/gateway/mqtt/session.test.ts",
        "two logins of one device at once: one connection and one session are left",
      ],
    ],
  },
  {
    what: "one and a half keepalives, by MQTT and by sound; 0 is none",
    proofs: [
      [
        "host-server/gateway/mqtt/login.test.ts",
        "a device that is silent for one and a half keepalives is cut; pings and audio keep it",
      ],
      ["host-server/gateway/mqtt/wire.test.ts", "with keepalive 0 a device may be silent for a day"],
    ],
  },
  {
    what: "MCP from the login on, ids from 10000, all pages, answers kept from the server",
    proofs: [
      [
        "host-server/gateway/mqtt/session.test.ts",
        "MCP is opened at the login, with ids from 10000; a session's question for tools is answered from there",
        "a device whose tools change is asked for them again",
      ],
      [
        "host-server/gateway/mqtt/wire.test.ts",
        "the gateway reads all pages of the tools; the first request has no cursor, and none a session id",
      ],
    ],
  },
  {
    what: "hello 3, key and pattern of its own for each session",
    proofs: [
      [
        "host-server/gateway/mqtt/session.test.ts",
        "hello 3 is answered with the audio's address, key and pattern",
        "any other version of hello is answered by a goodbye, and the connection lives",
        "udp_timeout ends the session; the next hello opens a new one with another key",
      ],
    ],
  },
  {
    what: "the server is dialled as the reference gateway does, and hears its hello",
    proofs: [
      [
        "host-server/gateway/upstream.test.ts",
        "the server is dialled with a signed token, the framing's number, and where the device is",
        "text passes as it is, both ways, whatever its members",
      ],
      [
        "host-server/gateway/remote-session.test.ts",
        "the server hears who it is; strange messages of it harm nobody; its end is a goodbye",
        "a device behind the gateway alone has a turn with a server of this project",
      ],
    ],
  },
  {
    what: "goodbye of either side; the connection stays",
    proofs: [
      [
        "host-server/gateway/mqtt/session.test.ts",
        "goodbye of the device ends the session without an answer; of another session it is ignored",
        "the server's end of a session is a goodbye with its id; the connection stays",
        "when the server stops, devices in a session are told",
      ],
    ],
  },
  {
    what: "packets over UDP: header, AES-128-CTR, order, wrap-around, replay",
    proofs: [
      [
        "host-server/gateway/mqtt/audio-cipher.test.ts",
        "what it does to one packet after the other is AES-128-CTR as OpenSSL does it",
      ],
      [
        "host-server/gateway/mqtt/audio.test.ts",
        "what is missing is waited for 60 ms; what is repeated or late is dropped, in …",
        "numbers go round at 32 bits, in …",
        "sound before the device's first packet is kept for 1.2 s of it, and follows then, in …",
        "a datagram of a closed session, of none, or that is no packet is dropped and counted, in …",
      ],
      [
        "host-server/gateway/mqtt/pieces.test.ts",
        "packets come out in order, at most 60 ms late, whatever is lost, repeated or overtaken; numbers go round",
      ],
      ["host-server/gateway/upstream.test.ts", "the time of a packet passes as it is, both ways"],
      ["protocol/udp.test.ts", "packet …: the header is the nonce with length, time and number"],
    ],
  },
  {
    what: "frames between gateway and server, and our WebSocket takes them from any gateway",
    proofs: [
      [
        "host-server/gateway/remote-session.test.ts",
        "frames of servers and gateways: the bytes, and back",
        "our WebSocket takes the link of a gateway: audio with a header both ways, in one turn",
      ],
    ],
  },
  {
    what: "calls between devices",
    proofs: [
      [
        "host-server/gateway/calls.test.ts",
        "a call to a device that is away, or of one without a session, is offline",
        "a pending call: the caller's session ends without a word, each of its frames is answered by silence, the target wakes",
        "a pending call ends after 60 s with a goodbye to the caller",
        "an accepted call: both are told, both sessions end, and each hears the other under its own key and numbers",
        "who hangs up, leaves, or says hello again ends the call for the other, by a goodbye of that one's session",
        "two devices that call each other are joined at once",
      ],
      [
        "cli/call.test.ts",
        "one device calls another at rest: it wakes, both hear each other, and a click hangs up for both",
      ],
    ],
  },
  {
    what: "management: the key of the day, commands, status, groups and batches",
    proofs: [
      [
        "host-server/gateway/management.test.ts",
        "the daily key is that of yesterday, today or tomorrow, and nothing else",
        "without today's key everything is refused",
        "a command reaches the device with an id of our own, and its answer comes back",
        "a device that is away, refuses, or is silent: the answer says so",
        "status tells who is connected and who is in a session",
        "one command for several devices, or for a group, has a result for each",
        "any body gets an answer in JSON, and what is wrong is named",
        "notify: one device, several, or a group get it as devices know it; what is wrong with it is named",
        "the API describes itself, every route of it, and each is there",
        "say: a device at rest is called, speaks, and rests again or listens; one in a session speaks there",
      ],
      [
        "cli/notify.test.ts",
        "a group of devices at rest is notified: each fetches the sound, plays it, and rests again",
      ],
      ["cli/say.test.ts", "by …, a device at rest is told to say something: it is heard, and the device rests again"],
    ],
  },
  {
    what: "the firmware converses in process, through a gateway alone, and through Mosquitto",
    proofs: [
      ["cli/mqtt-loopback.test.ts", "a turn over real MQTT and UDP sockets of this computer"],
      ["cli/mqtt-tls.test.ts", "a turn of the firmware with MQTT over TLS and audio over UDP"],
      [
        "cli/gateway-process.test.ts",
        "the firmware converses through `xiaozhi gateway` …, before this server, which has it speak",
      ],
      ["cli/demo.test.ts", "a gateway of its own stands between device and server, and nobody hears it"],
      [
        "cli/mosquitto.test.ts",
        "the firmware converses through Mosquitto; its will tells the gateway that it is gone",
        "at Mosquitto a device writes and reads its own topics, and none without the right password",
        "a gateway that comes later knows who is at Mosquitto, and of which group",
      ],
      [
        "host-server/gateway/outer-broker/broker-client.test.ts",
        "a device at the broker has the group that it says, and no other device's address",
      ],
    ],
  },
  {
    what: "no byte sequence harms anybody: MQTT, JSON, UDP, HTTP, frames of servers",
    proofs: [
      [
        "host-server/gateway/mqtt/wire.test.ts",
        "no byte sequence, before or after a login, harms a session of another device",
      ],
      ["host-server/gateway/mqtt/session.test.ts", "no message ends the connection, whatever it says"],
      ["host-server/gateway/mqtt/audio.test.ts", "no bytes at all harm the port, in …"],
      ["host-server/gateway/management.test.ts", "any body gets an answer in JSON, and what is wrong is named"],
      ["host-server/gateway/remote-session.test.ts", "any bytes are a frame or none"],
      [
        "host-server/gateway/outer-broker/broker-client.test.ts",
        "whatever a broker sends, the gateway comes back to it and goes on",
      ],
      ["firmware/mqtt-fuzz.test.ts", "a device lives on whatever an MQTT server sends, and comes back to a sane one"],
    ],
  },
  {
    what: "others' trouble makes no frame late",
    proofs: [
      [
        "host-server/gateway/mqtt/storm.test.ts",
        "strangers who knock, forge, replay and garble change no frame of a device that is spoken to",
        "100 devices a second that log in, say hello and drop, and 1,000 that are refused: no frame of another is late",
        "a device whose datagrams are lost, late and out of order delays no frame of another",
        "60 connections whose devices are gone without a word delay no frame of another, and are cut",
      ],
      [
        "host-server/gateway/mqtt/storm-upstream.test.ts",
        "the server of … other devices is …: no frame of a device with a good one is late",
      ],
    ],
  },
];
