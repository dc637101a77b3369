import { DOWNLINK_AUDIO } from "../../../protocol/audio-params.ts";
import type { DeviceHello } from "../../../protocol/to-server.ts";
import type { Handler } from "../conversation.ts";

/** Answers at once, before anything slow: a device gives up after ten seconds. Its audio parameters go back unchanged. */
export const hello: Handler<DeviceHello> = (conversation, { audio_params, features }) => {
  conversation.send({
    type: "hello",
    version: 1,
    transport: conversation.transport,
    ...conversation.greeting,
    audio_params: audio_params ?? { ...DOWNLINK_AUDIO },
    session_id: conversation.id,
  });
  conversation.meet(features ?? {});
};
