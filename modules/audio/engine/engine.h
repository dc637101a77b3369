/*
 * Sound between lines and network: a task that listens and codes, a task that decodes and plays, and a task that tells
 * the program, so that neither of the two ever waits for it. The program sees packets, about 17 a second each way.
 */
#ifndef XIAOZHI_ENGINE
#define XIAOZHI_ENGINE
#include "engine-downlink.h"
#include "engine-uplink.h"
#include "engine-wiring.h"

typedef struct Engine Engine;

/* What the program is told; several at once. */
#define ENGINE_HEARD 1
#define ENGINE_PLAYED 2
#define ENGINE_DRAINED 4
#define ENGINE_TROUBLE 8

/* Runs in a task of the engine that may wait; called again only after `engineTakeEvents`. */
typedef void (*EngineReport)(void *owner);

/* Since the engine was created. */
typedef struct {
	/* The speaker's hardware ran out of sound, the microphone's out of room: a task was late. */
	uint32_t underruns, overflows;
	/* Packets of the microphone that the program did not take in time. */
	uint32_t untaken;
	/* Packets from the network that were no Opus. */
	uint32_t broken;
	/* The hardware gave or took nothing for 100 ms, or refused to start. */
	uint32_t stalls;
} EngineTroubles;

/* NULL after a failure; `fault` gets what failed. */
Engine *engineCreate(const EngineWiring *wiring, EngineReport report, void *owner, const char **fault);
/* Waits until the tasks have ended; `report` is not called any more. */
void engineDelete(Engine *engine);

/* Harmless while it runs, but that nothing heard before is in the stream. */
void engineStartInput(Engine *engine, int makesPackets);
void engineStopInput(Engine *engine);
void engineStartOutput(Engine *engine);
void engineStopOutput(Engine *engine);

EngineUplink *engineUplink(Engine *engine);
EngineDownlink *engineDownlink(Engine *engine);

/* ENGINE_… since the last call. */
int engineTakeEvents(Engine *engine);
EngineTroubles engineTroubles(Engine *engine);

#endif
