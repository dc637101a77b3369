import type { Environment } from "./environment.ts";
import audioIn from "./programs/audio-in.ts";
import audioOut from "./programs/audio-out.ts";
import crypt from "./programs/crypt.ts";
import ecdsa from "./programs/ecdsa.ts";
import httpClient from "./programs/http-client.ts";
import inflate from "./programs/inflate.ts";
import jpeg from "./programs/jpeg.ts";
import keyValue from "./programs/key-value.ts";
import mqttClient from "./programs/mqtt-client.ts";
import net from "./programs/net.ts";
import ownWebSocket from "./programs/own-web-socket.ts";
import poco from "./programs/poco.ts";
import resolver from "./programs/resolver.ts";
import resource from "./programs/resource.ts";
import restart from "./programs/restart.ts";
import rng from "./programs/rng.ts";
import screen from "./programs/screen.ts";
import tcp from "./programs/tcp.ts";
import time from "./programs/time.ts";
import timer from "./programs/timer.ts";
import timerNoFunction from "./programs/timer-no-function.ts";
import tls from "./programs/tls.ts";
import tlsStrangers from "./programs/tls-strangers.ts";
import udp from "./programs/udp.ts";
import update from "./programs/update.ts";
import webSocketClient from "./programs/websocket-client.ts";

/** One program for each class of the SDK that the firmware uses. */
export const PROGRAMS: { readonly [name: string]: (environment: Environment) => void } = {
  "audio-in": audioIn,
  "audio-out": audioOut,
  crypt,
  ecdsa,
  "http-client": httpClient,
  inflate,
  jpeg,
  "key-value": keyValue,
  "mqtt-client": mqttClient,
  net,
  "own-web-socket": ownWebSocket,
  poco,
  resolver,
  resource,
  restart,
  rng,
  screen,
  tcp,
  time,
  timer,
  "timer-no-function": timerNoFunction,
  tls,
  "tls-strangers": tlsStrangers,
  udp,
  update,
  "websocket-client": webSocketClient,
};
