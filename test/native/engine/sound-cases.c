/* What is heard and played when all goes well. */
#include "fake-lines.h"
#include "virtual-time.h"
#include "world.h"
#include <math.h>
#include <string.h>

static double decibels(double ratio)
{
	return 20 * log10(ratio);
}

static void checkTone(World *world, int from, int to)
{
	int rate = world->wiring.outputRate;
	const int16_t *sound = world->played + from;
	double height = heightAt(sound, to - from, rate, TONE_HZ);
	double all = loudness(sound, to - from) * sqrt(2);
	CHECK(fabs(decibels(height / TONE_HEIGHT)) < 1.5, "%.0f for %d", height, TONE_HEIGHT);
	/* The swelling alone makes 1.76 dB. */
	CHECK(fabs(decibels(all / height) - 1.76) < 0.6, "%.0f in all, the tone %.0f", all, height);
	CHECK(heightAt(sound, to - from, rate, REFERENCE_HZ) < height / 50, "the reference is heard");
	CHECK(heightAt(sound, to - from, rate, TONE_HZ * 1.02) < height / 10, "another frequency");
}

/* A tone goes in at the microphone, comes out as packets, and goes to the speaker: the same one, as loud. */
static void through(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	int rate = wiring->outputRate, i;
	worldHearTone(world, 1530);
	CHECK(world->heard == 25, "%d packets", world->heard);
	CHECK(uplinkLevel(engineUplink(world->engine)) > 50, "level %d", uplinkLevel(engineUplink(world->engine)));
	world->playedCount = 0;
	engineStartOutput(world->engine);
	for (i = 0; i < world->heard; i++)
		worldPlay(world, i, 0);
	downlinkComplete(engineDownlink(world->engine));
	worldRun(world, 2000);
	checkTone(world, rate / 4, rate * 5 / 4);
	CHECK(loudness(world->played + rate * 19 / 10, rate / 20) == 0, "silence after it");
	CHECK(world->events & ENGINE_DRAINED, "the end is told");
	CHECK(!(world->events & ENGINE_TROUBLE), "without trouble");
	worldDelete(world);
}

/* Both at once: the packets go back as they come. */
static void together(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	int rate = wiring->outputRate, played = 0, i;
	engineStartInput(world->engine, 1);
	engineStartOutput(world->engine);
	for (i = 0; i < 3000; i++) {
		worldRun(world, 1);
		while (played < world->heard)
			worldPlay(world, played++, 0);
	}
	checkTone(world, rate, rate * 2);
	CHECK(downlinkTakeCounts(engineDownlink(world->engine)).concealed <= 3, "a steady stream");
	CHECK(!(world->events & ENGINE_TROUBLE), "without trouble");
	worldDelete(world);
}

static int16_t referenceHeard[16000];
static int referenceCount, referenceMissing;

static void listen(void *owner, int16_t *microphone, const int16_t *reference, int count)
{
	(void)owner;
	if (!reference)
		referenceMissing++;
	else if (referenceCount + count <= 16000) {
		memcpy(referenceHeard + referenceCount, reference, sizeof(int16_t) * (size_t)count);
		referenceCount += count;
	}
	/* What it changes is what is coded. */
	memset(microphone, 0, sizeof(int16_t) * (size_t)count);
}

static void reference(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	int i, silent = 0;
	uplinkListen(engineUplink(world->engine), listen, world);
	worldHearTone(world, 1200);
	if (wiring->hasReference) {
		double height = heightAt(referenceHeard + 1600, 12800, UPLINK_RATE, REFERENCE_HZ);
		CHECK(fabs(decibels(height / TONE_HEIGHT)) < 0.5, "%.0f", height);
		CHECK(heightAt(referenceHeard + 1600, 12800, UPLINK_RATE, TONE_HZ) < 100, "without the microphone");
	}
	else
		CHECK(referenceMissing > 50 && referenceCount == 0, "none on this board");
	for (i = 0; i < world->heard; i++)
		silent += world->bytes[i] <= 2;
	CHECK(silent > world->heard / 2, "%d of %d packets are silent", silent, world->heard);
	CHECK(uplinkLevel(engineUplink(world->engine)) == 0, "level %d", uplinkLevel(engineUplink(world->engine)));
	worldDelete(world);
}

/* The listener hears without packets being made, and packets begin when they are wanted. */
static void listenOnly(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	engineStartInput(world->engine, 0);
	worldRun(world, 600);
	CHECK(world->heard == 0 && world->calls == 0, "%d packets", world->heard);
	engineStartInput(world->engine, 1);
	worldRun(world, 600);
	CHECK(world->heard >= 9, "%d packets", world->heard);
	worldDelete(world);
}

static void mute(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	uplinkMute(engineUplink(world->engine), 1);
	worldHearTone(world, 1000);
	CHECK(world->bytes[world->heard - 1] <= 2, "%d bytes", world->bytes[world->heard - 1]);
	world->heard = 0;
	uplinkMute(engineUplink(world->engine), 0);
	worldHearTone(world, 600);
	CHECK(world->bytes[world->heard - 1] > 20, "%d bytes", world->bytes[world->heard - 1]);
	worldDelete(world);
}

static double playedLoudness(World *world, int percent)
{
	int i, rate = world->wiring.outputRate;
	downlinkFlush(engineDownlink(world->engine));
	worldRun(world, 200);
	downlinkSetVolume(engineDownlink(world->engine), percent);
	for (i = 0; i < world->heard; i++)
		worldPlay(world, i, 0);
	downlinkComplete(engineDownlink(world->engine));
	world->playedCount = 0;
	worldRun(world, 600);
	return loudness(world->played + rate / 4, rate / 4);
}

static void volume(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	double full, half;
	worldHearTone(world, 800);
	engineStartOutput(world->engine);
	full = playedLoudness(world, 100);
	half = playedLoudness(world, 50);
	CHECK(fabs(decibels(half / full) - decibels(0.25)) < 0.5, "%.0f of %.0f", half, full);
	CHECK(playedLoudness(world, 0) == 0, "0 is silent");
	CHECK(fabs(decibels(playedLoudness(world, 100) / full)) < 0.5, "100 again");
	worldDelete(world);
}

/* Mixed over sound, which goes on quietly; the chime ends by itself, ringing does not. */
static void bell(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	EngineDownlink *downlink = engineDownlink(world->engine);
	int rate = wiring->outputRate;
	engineStartOutput(world->engine);
	downlinkChime(downlink);
	worldRun(world, 200);
	CHECK(loudness(world->played + rate / 10, rate / 20) > 1000, "the chime");
	worldRun(world, 400);
	CHECK(!downlinkIsSounding(downlink), "the chime has ended");
	downlinkRing(downlink);
	worldRun(world, 5000);
	CHECK(downlinkIsSounding(downlink), "it still rings");
	CHECK(heightAt(world->played + rate * 4, rate, rate, 1000) > 500, "beeps of 1 kHz");
	downlinkSilence(downlink);
	world->playedCount = 0;
	worldRun(world, 200);
	CHECK(loudness(world->played + rate / 10, rate / 20) == 0, "silenced");
	worldDelete(world);
}

/* Each packet's time is told once, in order, and the end only when the last sound has left the hardware. */
static void times(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	EngineDownlink *downlink = engineDownlink(world->engine);
	uint32_t timestamp, expected = 1000;
	int i, told = -1, rate = wiring->outputRate;
	worldHearTone(world, 400);
	world->playedCount = 0;
	CHECK(downlinkIsDrained(downlink), "before anything is played");
	for (i = 0; i < 5; i++)
		worldPlay(world, i, 1000 + (uint32_t)i);
	/* The task, once it runs, may have taken the first one already. */
	CHECK(!downlinkIsDrained(downlink) && downlinkWaiting(downlink) == 5, "%d wait", downlinkWaiting(downlink));
	engineStartOutput(world->engine);
	downlinkComplete(downlink);
	world->events = 0;
	for (i = 0; i < 800; i++) {
		worldRun(world, 1);
		while ((timestamp = downlinkTakePlayed(downlink)) != 0)
			CHECK(timestamp == expected++, "%u", timestamp);
		if (told < 0 && world->events & ENGINE_DRAINED)
			told = world->playedCount;
	}
	CHECK(expected == 1005, "up to %u", expected);
	CHECK(told > 0 && loudness(world->played + told, world->playedCount - told) == 0, "sound after the end was told");
	CHECK(told < rate / 2, "told after %d samples", told);
	worldDelete(world);
}

/* Silent at once, but for what the hardware has; what comes after it is heard, and nothing old with it. */
static void flush(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	EngineDownlink *downlink = engineDownlink(world->engine);
	int i, rate = wiring->outputRate;
	worldHearTone(world, 1300);
	engineStartOutput(world->engine);
	for (i = 0; i < 20; i++)
		worldPlay(world, i, 7);
	worldRun(world, 400);
	downlinkFlush(downlink);
	CHECK(downlinkIsDrained(downlink) && downlinkWaiting(downlink) == 0, "nothing waits");
	world->playedCount = 0;
	worldRun(world, 500);
	CHECK(downlinkTakePlayed(downlink) == 0, "no time of what was flushed");
	CHECK(loudness(world->played + rate * 8 / 100, rate / 4) == 0, "silent after 80 ms");
	for (i = 0; i < 20; i++)
		worldPlay(world, i, 0);
	world->playedCount = 0;
	worldRun(world, 1000);
	checkTone(world, rate / 4, rate * 3 / 4);
	worldDelete(world);
}

/* A packet that is lost is made up at its place. */
static void lost(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	EngineDownlink *downlink = engineDownlink(world->engine);
	EngineJitterCounts counts;
	int i, rate = wiring->outputRate;
	worldHearTone(world, 1300);
	engineStartOutput(world->engine);
	for (i = 0; i < 20; i++) {
		if (i == 10)
			continue;
		downlinkPlay(downlink, world->packets[i], world->bytes[i], 0, i == 11);
	}
	world->playedCount = 0;
	worldRun(world, 1100);
	CHECK(loudness(world->played + rate * 60 / 100, rate / 10) > 300, "the gap is filled");
	counts = downlinkTakeCounts(downlink);
	CHECK(counts.received == 19 && counts.concealed == 1 && counts.late == 0, "%u concealed", counts.concealed);
	worldDelete(world);
}

/* A sender whose clock runs up to half a percent wrong, for 24 s. */
static void drift(const EngineWiring *wiring)
{
	static const double speeds[] = {0.995, 1.005};
	World *world = worldCreate(wiring);
	EngineDownlink *downlink = engineDownlink(world->engine);
	int i, ms;
	worldHearTone(world, 700);
	engineStartOutput(world->engine);
	for (i = 0; i < 2; i++) {
		double due = 0;
		int sent = 0;
		EngineJitterCounts counts;
		downlinkFlush(downlink);
		downlinkTakeCounts(downlink);
		for (ms = 0; ms < 12000; ms += 5, world->playedCount = 0) {
			for (; due <= ms; due += 60 * speeds[i], sent++)
				worldPlay(world, 3 + sent % 8, 0);
			worldRun(world, 5);
		}
		counts = downlinkTakeCounts(downlink);
		CHECK(counts.dropped == 0, "%u dropped", counts.dropped);
		CHECK(downlinkWaiting(downlink) < 8, "%d wait", downlinkWaiting(downlink));
		CHECK(counts.concealed <= 6, "%u concealed", counts.concealed);
	}
	CHECK(!(world->events & ENGINE_TROUBLE), "without trouble");
	worldDelete(world);
}

typedef struct {
	const char *name;
	void (*run)(const EngineWiring *wiring);
} Case;

void runSoundCase(const char *name, const EngineWiring *wiring)
{
	static const Case cases[] = {{"through", through}, {"together", together}, {"reference", reference},
		{"listen-only", listenOnly}, {"mute", mute}, {"volume", volume}, {"bell", bell}, {"times", times},
		{"flush", flush}, {"lost", lost}, {"drift", drift}};
	size_t i;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(cases[i].name, name) == 0) {
			cases[i].run(wiring);
			exit(0);
		}
	}
}
