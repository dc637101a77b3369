#include "engine-jitter.h"
#include "engine-packets.h"
#include "engine-port.h"
#include <string.h>

/* 2.4 s of 60 ms packets. */
#define MAX_PACKETS 40
/* Speech takes 200 to 400 bytes for 60 ms; a server that sends music in the highest quality fills it earlier. */
#define MAX_BYTES (40 * 512)
#define PREBUFFER_PACKETS 2
/* A longer gap is a pause: what a codec makes up has faded to nothing by then. */
#define MAX_CONCEALED 3

struct EngineJitter {
	EnginePackets *packets;
	int isFlowing, isComplete;
	/* Of the gap that lasts. */
	int gap;
	EngineJitterCounts counts;
};

EngineJitter *jitterCreate(void)
{
	EngineJitter *jitter = portAllocate(sizeof(EngineJitter));
	if (!jitter)
		return NULL;
	jitter->packets = packetsCreate(MAX_PACKETS, MAX_BYTES);
	if (jitter->packets)
		return jitter;
	portFree(jitter);
	return NULL;
}

void jitterDelete(EngineJitter *jitter)
{
	if (!jitter)
		return;
	packetsDelete(jitter->packets);
	portFree(jitter);
}

static int holesBefore(const EngineJitter *jitter, int lost)
{
	int holes = (lost < MAX_CONCEALED ? lost : MAX_CONCEALED) - jitter->gap;
	return holes > 0 ? holes : 0;
}

void jitterPush(EngineJitter *jitter, const uint8_t *data, int bytes, uint32_t timestamp, int lost)
{
	int holes = holesBefore(jitter, lost);
	int i;
	jitter->counts.received++;
	if (bytes <= 0 || packetsCount(jitter->packets) + holes >= MAX_PACKETS) {
		jitter->counts.dropped++;
		return;
	}
	if (jitter->gap > 0 && lost == 0)
		jitter->counts.late++;
	jitter->counts.concealed += (uint32_t)(jitter->gap + holes);
	jitter->gap = 0;
	jitter->isComplete = 0;
	for (i = 0; i < holes; i++)
		packetsPush(jitter->packets, NULL, 0, 0);
	if (!packetsPush(jitter->packets, data, bytes, timestamp))
		jitter->counts.dropped++;
}

void jitterComplete(EngineJitter *jitter)
{
	jitter->isComplete = 1;
	jitter->gap = 0;
}

int jitterTake(EngineJitter *jitter, uint8_t *data, int room, uint32_t *timestamp)
{
	int bytes;
	*timestamp = 0;
	if (!jitter->isFlowing && !jitter->isComplete && packetsCount(jitter->packets) < PREBUFFER_PACKETS)
		return JITTER_NOTHING;
	while (packetsNextBytes(jitter->packets) > room)
		packetsDrop(jitter->packets);
	bytes = packetsTake(jitter->packets, data, room, timestamp);
	if (bytes >= 0) {
		jitter->isFlowing = 1;
		return bytes;
	}
	if (jitter->isFlowing && !jitter->isComplete && jitter->gap < MAX_CONCEALED) {
		jitter->gap++;
		return JITTER_GAP;
	}
	jitter->isFlowing = 0;
	return JITTER_NOTHING;
}

void jitterClear(EngineJitter *jitter)
{
	packetsClear(jitter->packets);
	jitter->isFlowing = jitter->isComplete = jitter->gap = 0;
}

int jitterWaiting(const EngineJitter *jitter)
{
	return packetsCount(jitter->packets);
}

EngineJitterCounts jitterTakeCounts(EngineJitter *jitter)
{
	EngineJitterCounts counts = jitter->counts;
	memset(&jitter->counts, 0, sizeof(jitter->counts));
	return counts;
}
