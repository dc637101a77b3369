/*
 * From Opus packets to frames for the speaker. `downlinkFill` runs in the task that plays; the rest may be called by
 * any task.
 */
#ifndef XIAOZHI_ENGINE_DOWNLINK
#define XIAOZHI_ENGINE_DOWNLINK
#include "engine-jitter.h"
#include "engine-wiring.h"
#include <stdint.h>

typedef struct EngineDownlink EngineDownlink;

/* What `downlinkFill` has to tell. */
#define DOWNLINK_PLAYED 1
#define DOWNLINK_DRAINED 2

/* Frames that one `downlinkFill` makes: 10 ms. */
#define DOWNLINK_BLOCK_MS 10

EngineDownlink *downlinkCreate(const EngineWiring *wiring);
void downlinkDelete(EngineDownlink *downlink);
/* `lost` packets before this one will never come. */
void downlinkPlay(EngineDownlink *downlink, const uint8_t *data, int bytes, uint32_t timestamp, int lost);
/* Nothing more is coming: what waits is played, and silence after it is no gap. */
void downlinkComplete(EngineDownlink *downlink);
/* Falls silent at once, but for the 60 ms that the hardware has. */
void downlinkFlush(EngineDownlink *downlink);
/* Percent; 100 on boards whose codec does it. */
void downlinkSetVolume(EngineDownlink *downlink, int percent);
/* Other sound goes on quietly beneath. */
void downlinkRing(EngineDownlink *downlink);
void downlinkChime(EngineDownlink *downlink);
void downlinkSilence(EngineDownlink *downlink);
/* Packets that wait. */
int downlinkWaiting(EngineDownlink *downlink);
/* All that was given has been played. */
int downlinkIsDrained(EngineDownlink *downlink);
/* The bell rings or chimes. */
int downlinkIsSounding(EngineDownlink *downlink);
/* Timestamp of a packet that was played, oldest first; 0 when there is none. */
uint32_t downlinkTakePlayed(EngineDownlink *downlink);
EngineJitterCounts downlinkTakeCounts(EngineDownlink *downlink);
/* Packets that were no Opus, since the beginning. */
uint32_t downlinkBroken(EngineDownlink *downlink);
/* One block in the format of the line; `count` gets its frames. Gives DOWNLINK_… bits. */
int downlinkFill(EngineDownlink *downlink, void *frames, int *count);

#endif
