/* Packets of different lengths in their order, in one block of memory. Not locked: whoever shares it does that. */
#ifndef XIAOZHI_ENGINE_PACKETS
#define XIAOZHI_ENGINE_PACKETS
#include <stdint.h>

typedef struct EnginePackets EnginePackets;

/* At most `maxCount` packets of `maxBytes` together; NULL without memory. */
EnginePackets *packetsCreate(int maxCount, int maxBytes);
void packetsDelete(EnginePackets *packets);
void packetsClear(EnginePackets *packets);
int packetsCount(const EnginePackets *packets);
/* Length of the packet that is taken next; -1 when there is none. */
int packetsNextBytes(const EnginePackets *packets);
/* 0 when it does not fit. A length of 0 is a packet, too. */
int packetsPush(EnginePackets *packets, const uint8_t *data, int bytes, uint32_t timestamp);
/* Its length; -1 when there is none or it is longer than `room`. */
int packetsTake(EnginePackets *packets, uint8_t *data, int room, uint32_t *timestamp);
/* Forgets the packet that would be taken next. */
void packetsDrop(EnginePackets *packets);

#endif
