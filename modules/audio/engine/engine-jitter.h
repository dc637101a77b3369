/*
 * Packets between the network and the decoder: some wait before sound begins, late and lost ones are made up. The same
 * rules as jitter-buffer.ts, in the task that plays. Not locked.
 */
#ifndef XIAOZHI_ENGINE_JITTER
#define XIAOZHI_ENGINE_JITTER
#include <stdint.h>

typedef struct EngineJitter EngineJitter;

typedef struct {
	uint32_t received, late, concealed, dropped;
} EngineJitterCounts;

/* What `jitterTake` gives instead of a packet's length. */
#define JITTER_NOTHING (-1)
#define JITTER_GAP 0

EngineJitter *jitterCreate(void);
void jitterDelete(EngineJitter *jitter);
/* `lost` packets before this one will never come. */
void jitterPush(EngineJitter *jitter, const uint8_t *data, int bytes, uint32_t timestamp, int lost);
/* Nothing more is coming. */
void jitterComplete(EngineJitter *jitter);
/* Length of the packet written to `data`, JITTER_GAP while the next one is late, or JITTER_NOTHING. */
int jitterTake(EngineJitter *jitter, uint8_t *data, int room, uint32_t *timestamp);
/* Forgets what waits; the counts stay. */
void jitterClear(EngineJitter *jitter);
int jitterWaiting(const EngineJitter *jitter);
/* The counts since the last call. */
EngineJitterCounts jitterTakeCounts(EngineJitter *jitter);

#endif
