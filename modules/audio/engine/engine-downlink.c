#include "engine-downlink.h"
#include "bell-sound.h"
#include "engine-port.h"
#include "engine-resampler.h"
#include "engine-slots.h"
#include "opus.h"
#include <string.h>

/* Longest packet that a server may send, and the usual one: what a missing one is taken for. */
#define MAX_FRAME_MS 120
#define USUAL_FRAME_MS 60
#define MAX_PACKET_BYTES 4000
/* Silent blocks after the last sound until the hardware has played it, too. */
#define DRAIN_BLOCKS 6
/* Times of played packets that nobody took: the oldest is forgotten. */
#define MAX_PLAYED 8

typedef enum { BELL_SAME, BELL_RING, BELL_CHIME, BELL_SILENCE } BellOrder;

struct EngineDownlink {
	SlotsFormat format;
	int rate;
	/* Of the decoder: Opus knows five rates. */
	int codedRate;
	/* Of the task that plays. */
	OpusDecoder *decoder;
	EngineResampler *resampler;
	uint8_t *packet;
	/* Sound of one packet, at the decoder's rate and at the speaker's; `pcm` is what is played. */
	int16_t *decoded, *pcm;
	int pcmStart, pcmEnd;
	int frameSamples;
	uint32_t timestamp;
	uint32_t stream;
	int16_t *block;
	BellSound bell;
	/* Of all, behind the lock. */
	PortLock *lock;
	EngineJitter *jitter;
	uint32_t wantedStream;
	int isPlaying;
	int silentBlocks;
	BellOrder order;
	int isSounding;
	int32_t gain;
	uint32_t played[MAX_PLAYED];
	int playedCount;
	uint32_t broken;
};

/* The lowest rate of Opus that carries all of the speaker's. */
static int codedRateFor(int rate)
{
	static const int rates[] = {8000, 12000, 16000, 24000, 48000};
	int i = 0;
	while (rates[i] < rate)
		i++;
	return rates[i];
}

static int createBuffers(EngineDownlink *downlink)
{
	int coded = downlink->codedRate / 1000 * MAX_FRAME_MS;
	int room = coded;
	downlink->decoded = portAllocateLarge(sizeof(int16_t) * (size_t)coded);
	if (downlink->rate != downlink->codedRate) {
		downlink->resampler = resamplerCreate(downlink->codedRate, downlink->rate, coded);
		if (!downlink->resampler)
			return 0;
		room = resamplerRoom(downlink->resampler);
		downlink->pcm = portAllocateLarge(sizeof(int16_t) * (size_t)room);
	}
	else
		downlink->pcm = downlink->decoded;
	downlink->packet = portAllocateLarge(MAX_PACKET_BYTES);
	downlink->block = portAllocateLarge(sizeof(int16_t) * (size_t)(downlink->rate / 100));
	return downlink->decoded && downlink->pcm && downlink->packet && downlink->block;
}

EngineDownlink *downlinkCreate(const EngineWiring *wiring)
{
	EngineDownlink *downlink = portAllocate(sizeof(EngineDownlink));
	int error;
	if (!downlink)
		return NULL;
	downlink->format = (SlotsFormat){.slots = wiring->outputSlots, .bits = wiring->outputBits};
	downlink->rate = wiring->outputRate;
	downlink->codedRate = codedRateFor(wiring->outputRate);
	downlink->frameSamples = downlink->codedRate / 1000 * USUAL_FRAME_MS;
	downlink->gain = SLOTS_FULL_GAIN;
	downlink->silentBlocks = DRAIN_BLOCKS;
	downlink->lock = portLockCreate();
	downlink->jitter = jitterCreate();
	downlink->decoder = opus_decoder_create(downlink->codedRate, 1, &error);
	if (createBuffers(downlink) && downlink->lock && downlink->jitter && downlink->decoder)
		return downlink;
	downlinkDelete(downlink);
	return NULL;
}

void downlinkDelete(EngineDownlink *downlink)
{
	if (!downlink)
		return;
	if (downlink->pcm != downlink->decoded)
		portFree(downlink->pcm);
	portFree(downlink->decoded);
	portFree(downlink->packet);
	portFree(downlink->block);
	resamplerDelete(downlink->resampler);
	jitterDelete(downlink->jitter);
	portLockDelete(downlink->lock);
	if (downlink->decoder)
		opus_decoder_destroy(downlink->decoder);
	portFree(downlink);
}

void downlinkPlay(EngineDownlink *downlink, const uint8_t *data, int bytes, uint32_t timestamp, int lost)
{
	portLock(downlink->lock);
	jitterPush(downlink->jitter, data, bytes, timestamp, lost);
	downlink->silentBlocks = 0;
	portUnlock(downlink->lock);
}

void downlinkComplete(EngineDownlink *downlink)
{
	portLock(downlink->lock);
	jitterComplete(downlink->jitter);
	portUnlock(downlink->lock);
}

void downlinkFlush(EngineDownlink *downlink)
{
	portLock(downlink->lock);
	downlink->wantedStream++;
	downlink->isPlaying = 0;
	downlink->silentBlocks = DRAIN_BLOCKS;
	downlink->playedCount = 0;
	jitterClear(downlink->jitter);
	portUnlock(downlink->lock);
}

void downlinkSetVolume(EngineDownlink *downlink, int percent)
{
	portLock(downlink->lock);
	downlink->gain = slotsGain(percent);
	portUnlock(downlink->lock);
}

static void orderBell(EngineDownlink *downlink, BellOrder order)
{
	portLock(downlink->lock);
	downlink->order = order;
	downlink->isSounding = order != BELL_SILENCE;
	portUnlock(downlink->lock);
}

void downlinkRing(EngineDownlink *downlink)
{
	orderBell(downlink, BELL_RING);
}

void downlinkChime(EngineDownlink *downlink)
{
	orderBell(downlink, BELL_CHIME);
}

void downlinkSilence(EngineDownlink *downlink)
{
	orderBell(downlink, BELL_SILENCE);
}

int downlinkWaiting(EngineDownlink *downlink)
{
	int waiting;
	portLock(downlink->lock);
	waiting = jitterWaiting(downlink->jitter);
	portUnlock(downlink->lock);
	return waiting;
}

int downlinkIsDrained(EngineDownlink *downlink)
{
	int isDrained;
	portLock(downlink->lock);
	isDrained = jitterWaiting(downlink->jitter) == 0 && !downlink->isPlaying && downlink->silentBlocks >= DRAIN_BLOCKS;
	portUnlock(downlink->lock);
	return isDrained;
}

int downlinkIsSounding(EngineDownlink *downlink)
{
	int isSounding;
	portLock(downlink->lock);
	isSounding = downlink->isSounding;
	portUnlock(downlink->lock);
	return isSounding;
}

uint32_t downlinkTakePlayed(EngineDownlink *downlink)
{
	uint32_t timestamp = 0;
	portLock(downlink->lock);
	if (downlink->playedCount > 0) {
		timestamp = downlink->played[0];
		downlink->playedCount--;
		memmove(downlink->played, downlink->played + 1, sizeof(uint32_t) * (size_t)downlink->playedCount);
	}
	portUnlock(downlink->lock);
	return timestamp;
}

EngineJitterCounts downlinkTakeCounts(EngineDownlink *downlink)
{
	EngineJitterCounts counts;
	portLock(downlink->lock);
	counts = jitterTakeCounts(downlink->jitter);
	portUnlock(downlink->lock);
	return counts;
}

uint32_t downlinkBroken(EngineDownlink *downlink)
{
	uint32_t broken;
	portLock(downlink->lock);
	broken = downlink->broken;
	portUnlock(downlink->lock);
	return broken;
}

/* What the next packet is; JITTER_NOTHING also when another stream is wanted. */
static int takePacket(EngineDownlink *downlink, uint32_t *timestamp)
{
	int bytes;
	portLock(downlink->lock);
	if (downlink->stream != downlink->wantedStream) {
		downlink->stream = downlink->wantedStream;
		opus_decoder_ctl(downlink->decoder, OPUS_RESET_STATE);
		if (downlink->resampler)
			resamplerReset(downlink->resampler);
	}
	bytes = jitterTake(downlink->jitter, downlink->packet, MAX_PACKET_BYTES, timestamp);
	downlink->isPlaying = bytes != JITTER_NOTHING;
	portUnlock(downlink->lock);
	return bytes;
}

/* Samples in `decoded`; less than 1 for a packet that is no Opus. */
static int decode(EngineDownlink *downlink, int bytes)
{
	int room = downlink->codedRate / 1000 * MAX_FRAME_MS;
	int samples;
	if (bytes == JITTER_GAP)
		return opus_decode(downlink->decoder, NULL, 0, downlink->decoded, downlink->frameSamples, 0);
	samples = opus_decode(downlink->decoder, downlink->packet, bytes, downlink->decoded, room, 0);
	if (samples > 0)
		downlink->frameSamples = samples;
	return samples;
}

/* 0 when there is nothing to play. */
static int decodeNext(EngineDownlink *downlink)
{
	int bytes;
	downlink->pcmStart = downlink->pcmEnd = 0;
	while ((bytes = takePacket(downlink, &downlink->timestamp)) != JITTER_NOTHING) {
		int samples = decode(downlink, bytes);
		if (samples > 0 && downlink->resampler)
			samples = resamplerRun(downlink->resampler, downlink->decoded, samples, downlink->pcm);
		if (samples > 0) {
			downlink->pcmEnd = samples;
			return 1;
		}
		portLock(downlink->lock);
		downlink->broken++;
		portUnlock(downlink->lock);
	}
	return 0;
}

/* The sound of a stream that was flushed is not played on. */
static void follow(EngineDownlink *downlink)
{
	portLock(downlink->lock);
	if (downlink->stream != downlink->wantedStream)
		downlink->pcmStart = downlink->pcmEnd = 0;
	if (downlink->order == BELL_RING || downlink->order == BELL_CHIME)
		bellBegin(&downlink->bell, downlink->rate, downlink->order == BELL_CHIME);
	downlink->order = BELL_SAME;
	portUnlock(downlink->lock);
}

static int reportPlayed(EngineDownlink *downlink)
{
	int isKept = 0;
	portLock(downlink->lock);
	if (downlink->timestamp > 0 && downlink->stream == downlink->wantedStream) {
		if (downlink->playedCount == MAX_PLAYED) {
			downlink->playedCount--;
			memmove(downlink->played, downlink->played + 1, sizeof(uint32_t) * (size_t)downlink->playedCount);
		}
		downlink->played[downlink->playedCount++] = downlink->timestamp;
		isKept = DOWNLINK_PLAYED;
	}
	portUnlock(downlink->lock);
	return isKept;
}

/* Samples of packets in the block; after them it is silent. */
static int fillBlock(EngineDownlink *downlink, int count, int *events)
{
	int filled = 0;
	while (filled < count) {
		int left, part;
		if (downlink->pcmStart == downlink->pcmEnd && !decodeNext(downlink))
			break;
		left = downlink->pcmEnd - downlink->pcmStart;
		part = left < count - filled ? left : count - filled;
		memcpy(downlink->block + filled, downlink->pcm + downlink->pcmStart, sizeof(int16_t) * (size_t)part);
		downlink->pcmStart += part;
		filled += part;
		if (downlink->pcmStart == downlink->pcmEnd)
			*events |= reportPlayed(downlink);
	}
	memset(downlink->block + filled, 0, sizeof(int16_t) * (size_t)(count - filled));
	return filled;
}

/* DOWNLINK_DRAINED when the last sound is out. */
static int countSilence(EngineDownlink *downlink, int filled)
{
	int events = 0;
	portLock(downlink->lock);
	if (filled > 0)
		downlink->silentBlocks = 0;
	else if (jitterWaiting(downlink->jitter) == 0 && downlink->silentBlocks < DRAIN_BLOCKS)
		events = ++downlink->silentBlocks == DRAIN_BLOCKS ? DOWNLINK_DRAINED : 0;
	portUnlock(downlink->lock);
	return events;
}

/* Mixes the bell into the block; gives the gain. */
static int32_t mixBell(EngineDownlink *downlink, int count)
{
	int isSounding, goesOn = 0;
	int32_t gain;
	portLock(downlink->lock);
	isSounding = downlink->isSounding && downlink->order == BELL_SAME;
	gain = downlink->gain;
	portUnlock(downlink->lock);
	if (!isSounding)
		return gain;
	goesOn = bellMix(&downlink->bell, downlink->block, count);
	portLock(downlink->lock);
	if (!goesOn && downlink->order == BELL_SAME)
		downlink->isSounding = 0;
	portUnlock(downlink->lock);
	return gain;
}

int downlinkFill(EngineDownlink *downlink, void *frames, int *count)
{
	int events = 0, filled;
	int32_t gain;
	*count = downlink->rate / 100;
	follow(downlink);
	filled = fillBlock(downlink, *count, &events);
	events |= countSilence(downlink, filled);
	gain = mixBell(downlink, *count);
	slotsFill(downlink->block, *count, downlink->format, gain, frames);
	return events;
}
