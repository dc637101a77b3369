/* What goes wrong around the engine, and what must not follow from it. */
#include "fake-freertos.h"
#include "fake-lines.h"
#include "virtual-time.h"
#include "world.h"
#include <string.h>

/* The tasks get no time: the speaker runs dry, is told of, and goes on. */
static void underrun(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	int i, rate = wiring->outputRate;
	worldHearTone(world, 1300);
	engineStartOutput(world->engine);
	for (i = 0; i < 20; i++)
		worldPlay(world, i, 0);
	worldRun(world, 300);
	CHECK(engineTroubles(world->engine).underruns == 0, "none before");
	fakeLinesHoldTasks(1);
	worldSleep(world, 300);
	fakeLinesHoldTasks(0);
	worldRun(world, 50);
	CHECK(engineTroubles(world->engine).underruns > 5, "%u", engineTroubles(world->engine).underruns);
	CHECK(world->events & ENGINE_TROUBLE, "it is told");
	world->playedCount = 0;
	worldRun(world, 400);
	CHECK(heightAt(world->played + rate / 10, rate / 5, rate, TONE_HZ) > TONE_HEIGHT / 2, "it goes on");
	worldDelete(world);
}

/* The same for the microphone: sound is lost, and later sound is heard. */
static void overflow(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	int before;
	engineStartInput(world->engine, 1);
	worldRun(world, 500);
	CHECK(engineTroubles(world->engine).overflows == 0, "none before");
	fakeLinesHoldTasks(1);
	worldSleep(world, 500);
	fakeLinesHoldTasks(0);
	worldRun(world, 50);
	CHECK(engineTroubles(world->engine).overflows > 5, "%u", engineTroubles(world->engine).overflows);
	CHECK(world->events & ENGINE_TROUBLE, "it is told");
	before = world->heard;
	worldRun(world, 600);
	CHECK(world->heard - before >= 9, "%d packets after it", world->heard - before);
	worldDelete(world);
}

/* A program that collects garbage for seconds: it is called once, finds the newest packets, and is told what it lost. */
static void slowProgram(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	engineStartInput(world->engine, 1);
	worldSleep(world, 6000);
	CHECK(world->calls == 1, "called %d times", world->calls);
	worldRun(world, 1);
	CHECK(world->heard >= 30 && world->heard <= 41, "%d packets", world->heard);
	CHECK(engineTroubles(world->engine).untaken >= 55, "%u", engineTroubles(world->engine).untaken);
	CHECK(engineTroubles(world->engine).overflows == 0, "the task went on");
	worldDelete(world);
}

/* Playing goes on while the program does nothing. */
static void slowProgramPlays(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	int i, rate = wiring->outputRate;
	worldHearTone(world, 2300);
	engineStartOutput(world->engine);
	for (i = 0; i < 36; i++)
		worldPlay(world, i, 1 + (uint32_t)i);
	world->playedCount = 0;
	worldSleep(world, 2000);
	CHECK(heightAt(world->played + rate, rate * 9 / 10, rate, TONE_HZ) > TONE_HEIGHT * 8 / 10, "no gap");
	CHECK(engineTroubles(world->engine).underruns == 0, "%u", engineTroubles(world->engine).underruns);
	worldDelete(world);
}

/* Starts and stops in any order and at any time; the fakes end the program at wrong use of the hardware. */
static void stopWhileBusy(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	unsigned chance = 12345;
	int i, sending;
	worldHearTone(world, 700);
	for (i = 0; i < 400; i++) {
		chance = chance * 1103515245 + 12345;
		switch (chance >> 16 & 7) {
		case 0: engineStartInput(world->engine, 1); break;
		case 1: engineStopInput(world->engine); break;
		case 2: engineStartOutput(world->engine); break;
		case 3: engineStopOutput(world->engine); break;
		case 4: worldPlay(world, 5, 0); break;
		case 5: downlinkFlush(engineDownlink(world->engine)); break;
		default: worldRun(world, (int)(chance >> 20 & 31));
		}
		world->heard = 10;
	}
	engineStopInput(world->engine);
	engineStopOutput(world->engine);
	worldRun(world, 150);
	CHECK(!fakeLinesIsSending() && !fakeLinesIsReceiving(), "all clocks are off");
	engineStartInput(world->engine, 1);
	worldRun(world, 300);
	sending = fakeLinesIsSending();
	CHECK(sending == (wiring->mode != ENGINE_TWO_CONTROLLERS), "clocks of the sender: %d", sending);
	CHECK(world->heard > 12, "it still hears");
	worldDelete(world);
}

/* Nothing of a stream that was stopped is in the next one. */
static void restart(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	engineStartInput(world->engine, 1);
	worldSleep(world, 500);
	engineStopInput(world->engine);
	worldSleep(world, 50);
	engineStartInput(world->engine, 1);
	CHECK(uplinkTake(engineUplink(world->engine), world->packets[0], UPLINK_MAX_PACKET_BYTES) == -1, "an old packet");
	worldRun(world, 50);
	CHECK(world->heard == 0, "a packet after 50 ms");
	worldRun(world, 100);
	CHECK(world->heard == 1 || world->heard == 2, "%d packets after 150 ms", world->heard);
	worldDelete(world);
}

static void reopen(const EngineWiring *wiring)
{
	int i;
	for (i = 0; i < 12; i++) {
		World *world = worldCreate(wiring);
		if (i & 1)
			engineStartInput(world->engine, 1);
		if (i & 2)
			engineStartOutput(world->engine);
		if (i & 4)
			worldRun(world, 100 + i);
		if (i & 8)
			engineStopInput(world->engine);
		worldDelete(world);
	}
}

/* The microphone's line is dead: that is told, costs no core, and ends when sound comes again. */
static void deadLine(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	fakeLinesCut(1);
	engineStartInput(world->engine, 1);
	worldRun(world, 1000);
	CHECK(engineTroubles(world->engine).stalls > 3 && engineTroubles(world->engine).stalls < 20, "%u",
		engineTroubles(world->engine).stalls);
	CHECK(world->events & ENGINE_TROUBLE && world->heard == 0, "%d packets", world->heard);
	fakeLinesCut(0);
	worldRun(world, 600);
	CHECK(world->heard > 5, "%d packets", world->heard);
	worldDelete(world);
}

/* What is no Opus, of all lengths. */
static void garbage(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	EngineDownlink *downlink = engineDownlink(world->engine);
	uint8_t noise[1500];
	unsigned chance = 1;
	int i, k;
	engineStartOutput(world->engine);
	for (i = 0; i < 400; i++) {
		for (k = 0; k < (int)sizeof(noise); k++) {
			chance = chance * 1103515245 + 12345;
			noise[k] = (uint8_t)(chance >> 16);
		}
		downlinkPlay(downlink, noise, i % 5 ? (int)(chance >> 8) % 40 : (int)(chance >> 8) % 1500, 1, i % 3);
		worldRun(world, 20);
	}
	CHECK(engineTroubles(world->engine).broken > 10, "%u", engineTroubles(world->engine).broken);
	worldHearTone(world, 700);
	downlinkFlush(downlink);
	for (i = 0; i < 10; i++)
		worldPlay(world, i, 0);
	world->playedCount = 0;
	worldRun(world, 600);
	CHECK(loudness(world->played + wiring->outputRate / 4, wiring->outputRate / 5) > TONE_HEIGHT / 3, "it still plays");
	worldDelete(world);
}

static void nothing(void *owner)
{
	(void)owner;
}

/* Each piece of memory in turn is refused, then each call of the driver: no engine, a reason, and nothing left behind. */
static void refused(const EngineWiring *wiring)
{
	int number, failed = 0;
	for (number = 1; number < 60; number++) {
		const char *fault = NULL;
		Engine *engine;
		fakeFailAllocation(number);
		engine = engineCreate(wiring, nothing, NULL, &fault);
		CHECK((engine == NULL) == (fault != NULL), "a reason for each failure");
		failed += engine == NULL;
		engineDelete(engine);
		CHECK(fakeLinesCount() == 0, "a channel is left");
	}
	fakeFailAllocation(0);
	CHECK(failed >= 15, "%d allocations", failed);
	for (number = 1; number < 10; number++) {
		const char *fault = NULL;
		Engine *engine;
		fakeLinesFail(number);
		engine = engineCreate(wiring, nothing, NULL, &fault);
		CHECK((engine == NULL) == (fault != NULL), "a reason for each failure");
		engineDelete(engine);
		CHECK(fakeLinesCount() == 0, "a channel is left");
	}
	fakeLinesFail(0);
}

/* The hardware does not start: it is told, and starting again is tried when the program wants it. */
static void noStart(const EngineWiring *wiring)
{
	World *world = worldCreate(wiring);
	fakeLinesFail(1);
	engineStartOutput(world->engine);
	worldRun(world, 100);
	fakeLinesFail(0);
	CHECK(engineTroubles(world->engine).stalls == 1 && world->events & ENGINE_TROUBLE, "%u",
		engineTroubles(world->engine).stalls);
	CHECK(!fakeLinesIsSending(), "nothing runs");
	engineStartOutput(world->engine);
	worldRun(world, 100);
	CHECK(fakeLinesIsSending(), "it runs");
	worldDelete(world);
}

/* The chip's own memory has no room for stacks. */
static void externalStacks(const EngineWiring *wiring)
{
	World *world;
	fakeRefuseInternalStacks(1);
	world = worldCreate(wiring);
	worldHearTone(world, 700);
	CHECK(world->heard >= 10, "%d packets", world->heard);
	worldDelete(world);
	fakeRefuseInternalStacks(0);
}

/* Opus lives on the stacks. What this machine's words and libraries take more than a device's is on the safe side. */
static void stacks(const EngineWiring *wiring)
{
	static const struct {
		const char *task;
		int most;
	} tasks[] = {{"soundIn", 34 * 1024}, {"soundOut", 20 * 1024}};
	size_t i;
	int k;
	for (i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++) {
		World *world = worldCreate(wiring);
		fakeWatchStack(tasks[i].task);
		worldHearTone(world, 2000);
		engineStartOutput(world->engine);
		for (k = 0; k < world->heard; k++)
			downlinkPlay(engineDownlink(world->engine), world->packets[k], world->bytes[k], 0, k % 7 == 3);
		worldRun(world, 2000);
		worldDelete(world);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
		CHECK(fakeStackBytes() < tasks[i].most, "%s used %d bytes", tasks[i].task, fakeStackBytes());
#endif
		CHECK(fakeStackBytes() > 4096, "%s used %d bytes", tasks[i].task, fakeStackBytes());
		printf("%s used %d bytes\n", tasks[i].task, fakeStackBytes());
	}
}

typedef struct {
	const char *name;
	void (*run)(const EngineWiring *wiring);
} Case;

void runFaultCase(const char *name, const EngineWiring *wiring)
{
	static const Case cases[] = {{"underrun", underrun}, {"overflow", overflow}, {"slow-program", slowProgram},
		{"slow-program-plays", slowProgramPlays}, {"stop-while-busy", stopWhileBusy}, {"restart", restart},
		{"reopen", reopen}, {"dead-line", deadLine}, {"garbage", garbage}, {"refused", refused}, {"no-start", noStart},
		{"external-stacks", externalStacks},
		{"stacks", stacks}};
	size_t i;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(cases[i].name, name) == 0) {
			cases[i].run(wiring);
			exit(0);
		}
	}
}
