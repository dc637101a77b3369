#include "engine-uplink.h"
#include "engine-packets.h"
#include "engine-port.h"
#include "engine-resampler.h"
#include "engine-slots.h"
#include "opus.h"
#include <string.h>

#define FRAME_SAMPLES (UPLINK_RATE / 1000 * UPLINK_FRAME_MS)
#define BLOCK_MS 10
#define MAX_PACKETS 40
/* 60 ms of speech take 130 bytes. */
#define MAX_BYTES (40 * 256)
/* Least work; at 16 kHz speech the ear hears no difference. */
#define COMPLEXITY 0

/* The microphone, and what the speaker plays. */
#define CHANNELS 2

struct EngineUplink {
	SlotsFormat format;
	int channels;
	int maxFrames;
	/* Of the task that listens. */
	EngineResampler *resamplers[CHANNELS];
	OpusEncoder *encoder;
	int16_t *picked;
	int16_t *sound[CHANNELS];
	int16_t frame[FRAME_SAMPLES];
	int filled;
	uint32_t stream;
	uint8_t packet[UPLINK_MAX_PACKET_BYTES];
	/* Of all, behind the lock. */
	PortLock *lock;
	EnginePackets *packets;
	EngineListener listener;
	void *owner;
	uint32_t wantedStream;
	int makesPackets;
	int isMuted;
	int level;
	uint32_t lost;
};

static int createChannel(EngineUplink *uplink, int channel, int rate)
{
	int room = uplink->maxFrames;
	if (rate != UPLINK_RATE) {
		uplink->resamplers[channel] = resamplerCreate(rate, UPLINK_RATE, uplink->maxFrames);
		if (!uplink->resamplers[channel])
			return 0;
		room = resamplerRoom(uplink->resamplers[channel]);
	}
	uplink->sound[channel] = portAllocateLarge(sizeof(int16_t) * (size_t)room);
	return uplink->sound[channel] != NULL;
}

static OpusEncoder *createEncoder(void)
{
	int error;
	OpusEncoder *encoder = opus_encoder_create(UPLINK_RATE, 1, OPUS_APPLICATION_AUDIO, &error);
	if (!encoder)
		return NULL;
	opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(COMPLEXITY));
	opus_encoder_ctl(encoder, OPUS_SET_VBR(1));
	opus_encoder_ctl(encoder, OPUS_SET_DTX(1));
	opus_encoder_ctl(encoder, OPUS_SET_INBAND_FEC(0));
	return encoder;
}

EngineUplink *uplinkCreate(const EngineWiring *wiring)
{
	EngineUplink *uplink = portAllocate(sizeof(EngineUplink));
	int channel, isComplete;
	if (!uplink)
		return NULL;
	uplink->format = (SlotsFormat){.slots = wiring->inputSlots, .bits = wiring->inputBits};
	uplink->channels = wiring->hasReference ? 2 : 1;
	uplink->maxFrames = wiring->inputRate / 1000 * BLOCK_MS + BLOCK_MS;
	uplink->lock = portLockCreate();
	uplink->packets = packetsCreate(MAX_PACKETS, MAX_BYTES);
	uplink->encoder = createEncoder();
	uplink->picked = portAllocateLarge(sizeof(int16_t) * (size_t)uplink->maxFrames);
	isComplete = uplink->lock && uplink->packets && uplink->encoder && uplink->picked;
	for (channel = 0; channel < uplink->channels; channel++)
		isComplete = createChannel(uplink, channel, wiring->inputRate) && isComplete;
	if (isComplete)
		return uplink;
	uplinkDelete(uplink);
	return NULL;
}

void uplinkDelete(EngineUplink *uplink)
{
	int channel;
	if (!uplink)
		return;
	for (channel = 0; channel < CHANNELS; channel++) {
		resamplerDelete(uplink->resamplers[channel]);
		portFree(uplink->sound[channel]);
	}
	if (uplink->encoder)
		opus_encoder_destroy(uplink->encoder);
	packetsDelete(uplink->packets);
	portLockDelete(uplink->lock);
	portFree(uplink->picked);
	portFree(uplink);
}

void uplinkListen(EngineUplink *uplink, EngineListener listener, void *owner)
{
	portLock(uplink->lock);
	uplink->listener = listener;
	uplink->owner = owner;
	portUnlock(uplink->lock);
}

void uplinkBegin(EngineUplink *uplink, int makesPackets)
{
	portLock(uplink->lock);
	uplink->wantedStream++;
	uplink->makesPackets = makesPackets;
	packetsClear(uplink->packets);
	portUnlock(uplink->lock);
}

void uplinkMute(EngineUplink *uplink, int isMuted)
{
	portLock(uplink->lock);
	uplink->isMuted = isMuted;
	portUnlock(uplink->lock);
}

/* Follows `uplinkBegin`: what is left of the stream before is thrown away. */
static void follow(EngineUplink *uplink)
{
	int channel;
	portLock(uplink->lock);
	if (uplink->stream != uplink->wantedStream) {
		uplink->stream = uplink->wantedStream;
		uplink->filled = 0;
		for (channel = 0; channel < uplink->channels; channel++)
			if (uplink->resamplers[channel])
				resamplerReset(uplink->resamplers[channel]);
	}
	portUnlock(uplink->lock);
}

static int pick(EngineUplink *uplink, int channel, const void *frames, int count)
{
	EngineResampler *resampler = uplink->resamplers[channel];
	if (!resampler) {
		slotsPick(frames, count, uplink->format, channel, uplink->sound[channel]);
		return count;
	}
	slotsPick(frames, count, uplink->format, channel, uplink->picked);
	return resamplerRun(resampler, uplink->picked, count, uplink->sound[channel]);
}

/* The packet is thrown away when another stream has begun meanwhile. */
static int keepPacket(EngineUplink *uplink, int bytes, int level)
{
	int isKept = 0;
	portLock(uplink->lock);
	uplink->level = level;
	if (bytes > 0 && uplink->stream == uplink->wantedStream) {
		while (!packetsPush(uplink->packets, uplink->packet, bytes, 0)) {
			packetsDrop(uplink->packets);
			uplink->lost++;
		}
		isKept = 1;
	}
	portUnlock(uplink->lock);
	return isKept;
}

static int codeFrame(EngineUplink *uplink)
{
	int makesPackets, isMuted, bytes = 0;
	portLock(uplink->lock);
	makesPackets = uplink->makesPackets;
	isMuted = uplink->isMuted;
	portUnlock(uplink->lock);
	uplink->filled = 0;
	if (isMuted)
		memset(uplink->frame, 0, sizeof(uplink->frame));
	if (makesPackets)
		bytes = opus_encode(uplink->encoder, uplink->frame, FRAME_SAMPLES, uplink->packet, sizeof(uplink->packet));
	return keepPacket(uplink, bytes, slotsLevel(uplink->frame, FRAME_SAMPLES));
}

static void passToListener(EngineUplink *uplink, int samples)
{
	EngineListener listener;
	void *owner;
	portLock(uplink->lock);
	listener = uplink->listener;
	owner = uplink->owner;
	portUnlock(uplink->lock);
	if (listener)
		listener(owner, uplink->sound[0], uplink->channels > 1 ? uplink->sound[1] : NULL, samples);
}

int uplinkHear(EngineUplink *uplink, const void *frames, int count)
{
	int made = 0, done = 0, samples = 0, channel;
	follow(uplink);
	if (count > uplink->maxFrames)
		count = uplink->maxFrames;
	for (channel = 0; channel < uplink->channels; channel++)
		samples = pick(uplink, channel, frames, count);
	passToListener(uplink, samples);
	while (done < samples) {
		int room = FRAME_SAMPLES - uplink->filled;
		int part = samples - done < room ? samples - done : room;
		memcpy(uplink->frame + uplink->filled, uplink->sound[0] + done, sizeof(int16_t) * (size_t)part);
		uplink->filled += part;
		done += part;
		if (uplink->filled == FRAME_SAMPLES)
			made |= codeFrame(uplink);
	}
	return made;
}

int uplinkTake(EngineUplink *uplink, uint8_t *data, int room)
{
	uint32_t ignored;
	int bytes;
	portLock(uplink->lock);
	bytes = packetsTake(uplink->packets, data, room, &ignored);
	portUnlock(uplink->lock);
	return bytes;
}

int uplinkLevel(EngineUplink *uplink)
{
	int level;
	portLock(uplink->lock);
	level = uplink->level;
	portUnlock(uplink->lock);
	return level;
}

uint32_t uplinkLost(EngineUplink *uplink)
{
	uint32_t lost;
	portLock(uplink->lock);
	lost = uplink->lost;
	portUnlock(uplink->lock);
	return lost;
}
