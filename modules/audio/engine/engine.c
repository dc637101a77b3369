#include "engine.h"
#include "engine-hardware.h"
#include "engine-port.h"
#include <stdatomic.h>

/*
 * Opus takes its scratch memory from the stack: 30 KB to code a frame, 11 KB to decode one, on 64 bits. Sound goes before
 * the program (priority 4) and its garbage collection, and behind the radio's tasks, which have the other core.
 */
#define INPUT_STACK_BYTES (40 * 1024)
#define OUTPUT_STACK_BYTES (24 * 1024)
#define REPORT_STACK_BYTES (3 * 1024)
#define INPUT_PRIORITY 7
#define OUTPUT_PRIORITY 8
#define REPORT_PRIORITY 5
#define SOUND_CORE 1

#define BLOCK_MS 10

typedef struct {
	PortTask *task;
	atomic_int isWanted;
	/* Written by its task alone. */
	atomic_uint stalls;
	uint32_t misses;
	uint32_t stalled;
	void *frames;
} Side;

struct Engine {
	EngineWiring wiring;
	EngineHardware *hardware;
	EngineUplink *uplink;
	EngineDownlink *downlink;
	Side sides[2];
	PortTask *reporter;
	EngineReport report;
	void *owner;
	atomic_int isClosing;
	PortLock *lock;
	/* Behind the lock: what is to be told, and that the program has been called and has not asked yet. */
	int events;
	int isTold;
};

static void tell(Engine *engine, int events)
{
	int isNews;
	if (events == 0)
		return;
	portLock(engine->lock);
	isNews = engine->events == 0 && !engine->isTold;
	engine->events |= events;
	portUnlock(engine->lock);
	if (isNews)
		portTaskWake(engine->reporter);
}

int engineTakeEvents(Engine *engine)
{
	int events;
	portLock(engine->lock);
	events = engine->events;
	engine->events = 0;
	engine->isTold = 0;
	portUnlock(engine->lock);
	return events;
}

static void runReporter(void *owner)
{
	Engine *engine = owner;
	while (!atomic_load(&engine->isClosing)) {
		int isDue;
		portLock(engine->lock);
		isDue = engine->events != 0 && !engine->isTold;
		if (isDue)
			engine->isTold = 1;
		portUnlock(engine->lock);
		if (isDue)
			engine->report(engine->owner);
		else
			portTaskSleep();
	}
}

static int frameBytes(int slots, int bits)
{
	return slots * bits / 8;
}

/* Something new went wrong: the hardware missed a beat, or stalled. */
static int troubleOf(Engine *engine, HardwareSide side)
{
	Side *own = &engine->sides[side];
	uint32_t misses = hardwareMisses(engine->hardware, side);
	uint32_t stalls = atomic_load(&own->stalls);
	int isNew = misses != own->misses || stalls != own->stalled;
	own->misses = misses;
	own->stalled = stalls;
	return isNew ? ENGINE_TROUBLE : 0;
}

/* A line that answers at once and gives nothing must not keep the core. */
static void countStall(Side *side)
{
	atomic_store(&side->stalls, atomic_load(&side->stalls) + 1);
	portTaskPause(BLOCK_MS);
}

static void listenBlock(Engine *engine)
{
	Side *side = &engine->sides[HARDWARE_INPUT];
	int bytes = frameBytes(engine->wiring.inputSlots, engine->wiring.inputBits);
	int wanted = engine->wiring.inputRate / 100 * bytes;
	int read = hardwareRead(engine->hardware, side->frames, wanted);
	int events = 0;
	if (read < wanted)
		countStall(side);
	if (read > 0 && uplinkHear(engine->uplink, side->frames, read / bytes))
		events = ENGINE_HEARD;
	tell(engine, events | troubleOf(engine, HARDWARE_INPUT));
}

static void playBlock(Engine *engine)
{
	Side *side = &engine->sides[HARDWARE_OUTPUT];
	int count, bytes, events = 0;
	int filled = downlinkFill(engine->downlink, side->frames, &count);
	bytes = count * frameBytes(engine->wiring.outputSlots, engine->wiring.outputBits);
	if (hardwareWrite(engine->hardware, side->frames, bytes) < bytes)
		countStall(side);
	if (filled & DOWNLINK_PLAYED)
		events |= ENGINE_PLAYED;
	if (filled & DOWNLINK_DRAINED)
		events |= ENGINE_DRAINED;
	tell(engine, events | troubleOf(engine, HARDWARE_OUTPUT));
}

/* Whether the side runs after this. A side that cannot start is not wanted any more. */
static int begin(Engine *engine, HardwareSide side)
{
	if (hardwareStart(engine->hardware, side))
		return 1;
	countStall(&engine->sides[side]);
	atomic_store(&engine->sides[side].isWanted, 0);
	tell(engine, troubleOf(engine, side));
	return 0;
}

static void runSide(Engine *engine, HardwareSide side)
{
	Side *own = &engine->sides[side];
	int isRunning = 0;
	while (!atomic_load(&engine->isClosing)) {
		if (atomic_load(&own->isWanted)) {
			isRunning = isRunning || begin(engine, side);
			if (isRunning && side == HARDWARE_INPUT)
				listenBlock(engine);
			else if (isRunning)
				playBlock(engine);
			continue;
		}
		if (isRunning)
			hardwareStop(engine->hardware, side);
		isRunning = 0;
		portTaskSleep();
	}
	if (isRunning)
		hardwareStop(engine->hardware, side);
}

static void runInput(void *owner)
{
	runSide(owner, HARDWARE_INPUT);
}

static void runOutput(void *owner)
{
	runSide(owner, HARDWARE_OUTPUT);
}

static int createSides(Engine *engine)
{
	const EngineWiring *wiring = &engine->wiring;
	int inputBytes = (wiring->inputRate / 100) * frameBytes(wiring->inputSlots, wiring->inputBits);
	int outputBytes = (wiring->outputRate / 100) * frameBytes(wiring->outputSlots, wiring->outputBits);
	engine->lock = portLockCreate();
	engine->uplink = uplinkCreate(wiring);
	engine->downlink = downlinkCreate(wiring);
	engine->sides[HARDWARE_INPUT].frames = portAllocate((size_t)inputBytes);
	engine->sides[HARDWARE_OUTPUT].frames = portAllocate((size_t)outputBytes);
	return engine->lock && engine->uplink && engine->downlink && engine->sides[HARDWARE_INPUT].frames &&
	       engine->sides[HARDWARE_OUTPUT].frames;
}

static int startTasks(Engine *engine)
{
	PortTaskOptions reporter = {"soundReport", runReporter, engine, REPORT_STACK_BYTES, REPORT_PRIORITY, 0};
	PortTaskOptions input = {"soundIn", runInput, engine, INPUT_STACK_BYTES, INPUT_PRIORITY, SOUND_CORE};
	PortTaskOptions output = {"soundOut", runOutput, engine, OUTPUT_STACK_BYTES, OUTPUT_PRIORITY, SOUND_CORE};
	engine->reporter = portTaskStart(&reporter);
	if (engine->reporter)
		engine->sides[HARDWARE_INPUT].task = portTaskStart(&input);
	if (engine->sides[HARDWARE_INPUT].task)
		engine->sides[HARDWARE_OUTPUT].task = portTaskStart(&output);
	return engine->sides[HARDWARE_OUTPUT].task != NULL;
}

Engine *engineCreate(const EngineWiring *wiring, EngineReport report, void *owner, const char **fault)
{
	Engine *engine;
	*fault = wiringFault(wiring);
	if (*fault)
		return NULL;
	*fault = "no memory";
	engine = portAllocate(sizeof(Engine));
	if (!engine)
		return NULL;
	engine->wiring = *wiring;
	engine->report = report;
	engine->owner = owner;
	if (createSides(engine)) {
		engine->hardware = hardwareOpen(wiring, fault);
		if (engine->hardware) {
			*fault = "no memory for the tasks";
			if (startTasks(engine)) {
				*fault = NULL;
				return engine;
			}
		}
	}
	engineDelete(engine);
	return NULL;
}

static void endTask(PortTask *task)
{
	if (!task)
		return;
	portTaskWake(task);
	portTaskJoin(task);
}

void engineDelete(Engine *engine)
{
	if (!engine)
		return;
	atomic_store(&engine->isClosing, 1);
	endTask(engine->sides[HARDWARE_INPUT].task);
	endTask(engine->sides[HARDWARE_OUTPUT].task);
	/* Last: the others wake it. */
	endTask(engine->reporter);
	hardwareClose(engine->hardware);
	uplinkDelete(engine->uplink);
	downlinkDelete(engine->downlink);
	portFree(engine->sides[HARDWARE_INPUT].frames);
	portFree(engine->sides[HARDWARE_OUTPUT].frames);
	portLockDelete(engine->lock);
	portFree(engine);
}

static void want(Engine *engine, HardwareSide side, int isWanted)
{
	atomic_store(&engine->sides[side].isWanted, isWanted);
	portTaskWake(engine->sides[side].task);
}

void engineStartInput(Engine *engine, int makesPackets)
{
	uplinkBegin(engine->uplink, makesPackets);
	want(engine, HARDWARE_INPUT, 1);
}

void engineStopInput(Engine *engine)
{
	want(engine, HARDWARE_INPUT, 0);
}

void engineStartOutput(Engine *engine)
{
	want(engine, HARDWARE_OUTPUT, 1);
}

void engineStopOutput(Engine *engine)
{
	want(engine, HARDWARE_OUTPUT, 0);
}

EngineUplink *engineUplink(Engine *engine)
{
	return engine->uplink;
}

EngineDownlink *engineDownlink(Engine *engine)
{
	return engine->downlink;
}

EngineTroubles engineTroubles(Engine *engine)
{
	EngineTroubles troubles = {
		.underruns = hardwareMisses(engine->hardware, HARDWARE_OUTPUT),
		.overflows = hardwareMisses(engine->hardware, HARDWARE_INPUT),
		.untaken = uplinkLost(engine->uplink),
		.broken = downlinkBroken(engine->downlink),
		.stalls = atomic_load(&engine->sides[HARDWARE_INPUT].stalls) + atomic_load(&engine->sides[HARDWARE_OUTPUT].stalls),
	};
	return troubles;
}
