/*
 * From frames of the microphone to Opus packets. `uplinkHear` runs in the task that listens; the rest may be called by
 * any task.
 */
#ifndef XIAOZHI_ENGINE_UPLINK
#define XIAOZHI_ENGINE_UPLINK
#include "engine-wiring.h"
#include <stdint.h>

typedef struct EngineUplink EngineUplink;

#define UPLINK_RATE 16000
#define UPLINK_FRAME_MS 60
/* A packet is never longer: RFC 6716 allows more, speech does not need it. */
#define UPLINK_MAX_PACKET_BYTES 1500

/*
 * Takes part in the sound of the microphone at 16 kHz before it is coded: cancels echo, looks for a wake word.
 * `reference` is what the speaker plays at that moment; NULL on boards without that line.
 */
typedef void (*EngineListener)(void *owner, int16_t *microphone, const int16_t *reference, int count);

EngineUplink *uplinkCreate(const EngineWiring *wiring);
void uplinkDelete(EngineUplink *uplink);
void uplinkListen(EngineUplink *uplink, EngineListener listener, void *owner);
/* Begins a new stream: nothing heard before is in it. Without `makesPackets` only the listener hears. */
void uplinkBegin(EngineUplink *uplink, int makesPackets);
void uplinkMute(EngineUplink *uplink, int isMuted);
/* Frames as they come from the line, at most 10 ms; 1 when a packet was made. */
int uplinkHear(EngineUplink *uplink, const void *frames, int count);
/* Length of the packet written to `data`; -1 when there is none. */
int uplinkTake(EngineUplink *uplink, uint8_t *data, int room);
/* Of the last 60 ms, in percent: see slotsLevel. */
int uplinkLevel(EngineUplink *uplink);
/* Packets that nobody took in time, since the beginning. */
uint32_t uplinkLost(EngineUplink *uplink);

#endif
