#include "engine-packets.h"
#include "engine-port.h"
#include <string.h>

typedef struct {
	int bytes;
	uint32_t timestamp;
} Entry;

struct EnginePackets {
	int maxCount, maxBytes;
	int first, count;
	/* Where the first packet begins in `data`, and what all of them take. */
	int start, used;
	Entry *entries;
	uint8_t *data;
};

EnginePackets *packetsCreate(int maxCount, int maxBytes)
{
	EnginePackets *packets = portAllocate(sizeof(EnginePackets));
	if (!packets)
		return NULL;
	packets->maxCount = maxCount;
	packets->maxBytes = maxBytes;
	packets->entries = portAllocateLarge(sizeof(Entry) * (size_t)maxCount);
	packets->data = portAllocateLarge((size_t)maxBytes);
	if (packets->entries && packets->data)
		return packets;
	packetsDelete(packets);
	return NULL;
}

void packetsDelete(EnginePackets *packets)
{
	if (!packets)
		return;
	portFree(packets->entries);
	portFree(packets->data);
	portFree(packets);
}

void packetsClear(EnginePackets *packets)
{
	packets->first = packets->count = packets->start = packets->used = 0;
}

int packetsCount(const EnginePackets *packets)
{
	return packets->count;
}

int packetsNextBytes(const EnginePackets *packets)
{
	return packets->count ? packets->entries[packets->first].bytes : -1;
}

int packetsPush(EnginePackets *packets, const uint8_t *data, int bytes, uint32_t timestamp)
{
	Entry *entry = &packets->entries[(packets->first + packets->count) % packets->maxCount];
	int at = (packets->start + packets->used) % packets->maxBytes;
	int untilEnd = packets->maxBytes - at;
	if (packets->count == packets->maxCount || bytes > packets->maxBytes - packets->used)
		return 0;
	if (bytes > 0) {
		memcpy(packets->data + at, data, (size_t)(bytes < untilEnd ? bytes : untilEnd));
		if (bytes > untilEnd)
			memcpy(packets->data, data + untilEnd, (size_t)(bytes - untilEnd));
	}
	entry->bytes = bytes;
	entry->timestamp = timestamp;
	packets->count++;
	packets->used += bytes;
	return 1;
}

int packetsTake(EnginePackets *packets, uint8_t *data, int room, uint32_t *timestamp)
{
	int bytes = packetsNextBytes(packets);
	int untilEnd = packets->maxBytes - packets->start;
	if (bytes < 0 || bytes > room)
		return -1;
	memcpy(data, packets->data + packets->start, (size_t)(bytes < untilEnd ? bytes : untilEnd));
	if (bytes > untilEnd)
		memcpy(data + untilEnd, packets->data, (size_t)(bytes - untilEnd));
	*timestamp = packets->entries[packets->first].timestamp;
	packetsDrop(packets);
	return bytes;
}

void packetsDrop(EnginePackets *packets)
{
	int bytes = packetsNextBytes(packets);
	if (bytes < 0)
		return;
	packets->start = (packets->start + bytes) % packets->maxBytes;
	packets->used -= bytes;
	packets->first = (packets->first + 1) % packets->maxCount;
	packets->count--;
}
