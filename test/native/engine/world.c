#include "world.h"
#include "fake-lines.h"
#include "virtual-time.h"
#include <math.h>
#include <stdatomic.h>

#define PI 3.14159265358979323846
#define SWELL_HZ 4
#define PLAYED_ROOM (48000 * 70)
/* Where a sample of 16 bits lies in the 32 of a microphone without a codec. */
#define WIDE_SHIFT 12

const EngineWiring fullDuplex = {
	.mode = ENGINE_FULL_DUPLEX, .inputRate = 24000, .outputRate = 24000, .inputSlots = 2, .inputBits = 16,
	.outputSlots = 2, .outputBits = 16, .hasReference = 1, .input = {6, 14, 12, 13}, .output = {6, 14, 12, 11},
};
const EngineWiring standardAndTdm = {
	.mode = ENGINE_STANDARD_AND_TDM, .inputRate = 24000, .outputRate = 24000, .inputSlots = 4, .inputBits = 16,
	.outputSlots = 2, .outputBits = 16, .hasReference = 1, .input = {2, 17, 45, 16}, .output = {2, 17, 45, 15},
};
const EngineWiring twoControllers = {
	.mode = ENGINE_TWO_CONTROLLERS, .inputRate = 16000, .outputRate = 24000, .inputSlots = 1, .inputBits = 32,
	.outputSlots = 1, .outputBits = 32, .input = {-1, 5, 4, 6}, .output = {-1, 15, 16, 7},
};

static const EngineWiring *heardWiring;

static int32_t tones(int slot, uint64_t frame)
{
	double hz = slot == 0 ? TONE_HZ : slot == 1 ? REFERENCE_HZ : 3000;
	double at = (double)frame / heardWiring->inputRate;
	double sample = TONE_HEIGHT * (1 + sin(2 * PI * SWELL_HZ * at)) * sin(2 * PI * hz * at);
	return (int32_t)sample * (heardWiring->inputBits == 32 ? 1 << WIDE_SHIFT : 1);
}

void hearTones(const EngineWiring *wiring)
{
	heardWiring = wiring;
	fakeLinesHear(tones);
}

static atomic_int isTold;
static atomic_int reports;

static void report(void *owner)
{
	(void)owner;
	CHECK(!atomic_load(&isTold), "told again before it was asked");
	atomic_store(&isTold, 1);
	atomic_fetch_add(&reports, 1);
}

World *worldCreate(const EngineWiring *wiring)
{
	World *world = calloc(1, sizeof(World));
	const char *fault;
	world->wiring = *wiring;
	world->played = calloc(PLAYED_ROOM, sizeof(int16_t));
	atomic_store(&isTold, 0);
	atomic_store(&reports, 0);
	world->engine = engineCreate(wiring, report, world, &fault);
	CHECK(world->engine, "%s", fault);
	hearTones(&world->wiring);
	return world;
}

void worldDelete(World *world)
{
	engineDelete(world->engine);
	CHECK(fakeLinesCount() == 0, "%d channels are left", fakeLinesCount());
	free(world->played);
	free(world);
}

static void takePackets(World *world)
{
	int bytes;
	while (world->heard < MAX_HEARD &&
	       (bytes = uplinkTake(engineUplink(world->engine), world->packets[world->heard], UPLINK_MAX_PACKET_BYTES)) >= 0)
		world->bytes[world->heard++] = bytes;
}

static void takePlayed(World *world)
{
	static int32_t frames[PLAYED_ROOM];
	int count = fakeLinesPlayed(frames, PLAYED_ROOM - world->playedCount), i;
	for (i = 0; i < count; i++)
		world->played[world->playedCount++] = (int16_t)(world->wiring.outputBits == 32 ? frames[i] / 65536 : frames[i]);
}

void worldSleep(World *world, int ms)
{
	timeAdvance(ms);
	takePlayed(world);
	world->calls = atomic_load(&reports);
}

void worldRun(World *world, int ms)
{
	int i;
	for (i = 0; i < ms; i++) {
		worldSleep(world, 1);
		if (!atomic_load(&isTold))
			continue;
		atomic_store(&isTold, 0);
		world->events |= engineTakeEvents(world->engine);
		takePackets(world);
	}
}

void worldPlay(World *world, int packet, uint32_t timestamp)
{
	downlinkPlay(engineDownlink(world->engine), world->packets[packet], world->bytes[packet], timestamp, 0);
}

void worldHearTone(World *world, int ms)
{
	engineStartInput(world->engine, 1);
	worldRun(world, ms);
	engineStopInput(world->engine);
	worldRun(world, 5);
}

double heightAt(const int16_t *samples, int count, int rate, double hz)
{
	double sine = 0, cosine = 0;
	int i;
	for (i = 0; i < count; i++) {
		double angle = 2 * PI * hz * i / rate;
		sine += samples[i] * sin(angle);
		cosine += samples[i] * cos(angle);
	}
	return 2 * sqrt(sine * sine + cosine * cosine) / count;
}

double loudness(const int16_t *samples, int count)
{
	double sum = 0;
	int i;
	for (i = 0; i < count; i++)
		sum += (double)samples[i] * samples[i];
	return count > 0 ? sqrt(sum / count) : 0;
}
