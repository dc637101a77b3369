/* Native half of engine.ts. */
#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"
#include "engine-listener.h"
#include "engine-port.h"
#include "engine.h"
#include <stdatomic.h>
#include <string.h>

typedef struct {
	xsMachine *machine;
	xsSlot object;
	Engine *engine;
	/* A message to the program is on its way. */
	atomic_int isPosted;
	atomic_int isClosed;
} Record;

static EngineListener boardListener;
static void *boardOwner;
static Record *opened;

void engineListen(EngineListener listener, void *owner)
{
	boardListener = listener;
	boardOwner = owner;
	if (opened)
		uplinkListen(engineUplink(opened->engine), listener, owner);
}

/* In the program's task. */
static void deliver(void *machine, void *context, uint8_t *message, uint16_t messageLength)
{
	xsMachine *the = machine;
	Record *record = context;
	int events;
	(void)message;
	(void)messageLength;
	if (atomic_load(&record->isClosed)) {
		portFree(record);
		return;
	}
	atomic_store(&record->isPosted, 0);
	events = engineTakeEvents(record->engine);
	xsBeginHost(the);
	xsResult = xsAccess(record->object);
	xsCall1_noResult(xsResult, xsID_onEvents, xsInteger(events));
	xsEndHost(the);
}

/* In the engine's own task: it waits while the program has too much to do. */
static void report(void *owner)
{
	Record *record = owner;
	atomic_store(&record->isPosted, 1);
	while (!atomic_load(&record->isClosed)) {
		if (modMessagePostToMachine(record->machine, NULL, 0, deliver, record) == 0)
			return;
		portTaskPause(10);
	}
	atomic_store(&record->isPosted, 0);
}

void xs_engine_destructor(void *data)
{
	Record *record = data;
	if (!record)
		return;
	if (opened == record)
		opened = NULL;
	atomic_store(&record->isClosed, 1);
	engineDelete(record->engine);
	/* Otherwise the message frees it. */
	if (!atomic_load(&record->isPosted))
		portFree(record);
}

/* Of the list; needs a variable. */
static int numberAt(xsMachine *the, int index)
{
	xsmcGetIndex(xsVar(0), xsArg(0), (xsIndex)index);
	return xsmcToInteger(xsVar(0));
}

static EnginePins pinsAt(xsMachine *the, int index)
{
	EnginePins pins = {numberAt(the, index), numberAt(the, index + 1), numberAt(the, index + 2), numberAt(the, index + 3)};
	return pins;
}

/* ([mode, reference, rate, slots, bits and pins of the microphone, and of the speaker]) */
void xs_engine(xsMachine *the)
{
	EngineWiring wiring;
	const char *fault = "no memory";
	Record *record;
	xsmcVars(1);
	wiring.mode = (EngineMode)numberAt(the, 0);
	wiring.hasReference = numberAt(the, 1);
	wiring.inputRate = numberAt(the, 2);
	wiring.inputSlots = numberAt(the, 3);
	wiring.inputBits = numberAt(the, 4);
	wiring.input = pinsAt(the, 5);
	wiring.outputRate = numberAt(the, 9);
	wiring.outputSlots = numberAt(the, 10);
	wiring.outputBits = numberAt(the, 11);
	wiring.output = pinsAt(the, 12);
	record = portAllocate(sizeof(Record));
	if (record)
		record->engine = engineCreate(&wiring, report, record, &fault);
	if (!record || !record->engine) {
		portFree(record);
		xsUnknownError("audio engine: %s", fault);
	}
	record->machine = the;
	record->object = xsThis;
	xsRemember(record->object);
	xsmcSetHostData(xsThis, record);
	opened = record;
	uplinkListen(engineUplink(record->engine), boardListener, boardOwner);
}

static Engine *engineOf(xsMachine *the)
{
	Record *record = xsmcGetHostData(xsThis);
	if (!record)
		xsUnknownError("audio engine: closed");
	return record->engine;
}

void xs_engine_close(xsMachine *the)
{
	Record *record = xsmcGetHostData(xsThis);
	if (!record)
		return;
	xsmcSetHostData(xsThis, NULL);
	xsForget(record->object);
	xs_engine_destructor(record);
}

/* (makesPackets) */
void xs_engine_start_input(xsMachine *the)
{
	engineStartInput(engineOf(the), xsmcToBoolean(xsArg(0)));
}

void xs_engine_stop_input(xsMachine *the)
{
	engineStopInput(engineOf(the));
}

/* (isMuted) */
void xs_engine_mute_input(xsMachine *the)
{
	uplinkMute(engineUplink(engineOf(the)), xsmcToBoolean(xsArg(0)));
}

/* () -> packet, or undefined. Made on the C stack: a pointer into the XS heap does not survive an allocation. */
void xs_engine_take_packet(xsMachine *the)
{
	uint8_t packet[UPLINK_MAX_PACKET_BYTES];
	int bytes = uplinkTake(engineUplink(engineOf(the)), packet, sizeof(packet));
	if (bytes >= 0)
		xsmcSetArrayBuffer(xsResult, packet, bytes);
}

void xs_engine_level(xsMachine *the)
{
	xsmcSetInteger(xsResult, uplinkLevel(engineUplink(engineOf(the))));
}

void xs_engine_start_output(xsMachine *the)
{
	engineStartOutput(engineOf(the));
}

void xs_engine_stop_output(xsMachine *the)
{
	engineStopOutput(engineOf(the));
}

/* (packet, timestamp, lost) */
void xs_engine_play(xsMachine *the)
{
	EngineDownlink *downlink = engineDownlink(engineOf(the));
	uint32_t timestamp = (uint32_t)xsmcToNumber(xsArg(1));
	int lost = xsmcToInteger(xsArg(2));
	void *data;
	xsUnsignedValue bytes;
	xsmcGetBufferReadable(xsArg(0), &data, &bytes);
	downlinkPlay(downlink, data, (int)bytes, timestamp, lost);
}

void xs_engine_complete(xsMachine *the)
{
	downlinkComplete(engineDownlink(engineOf(the)));
}

void xs_engine_flush(xsMachine *the)
{
	downlinkFlush(engineDownlink(engineOf(the)));
}

/* (percent) */
void xs_engine_set_volume(xsMachine *the)
{
	downlinkSetVolume(engineDownlink(engineOf(the)), xsmcToInteger(xsArg(0)));
}

void xs_engine_ring(xsMachine *the)
{
	downlinkRing(engineDownlink(engineOf(the)));
}

void xs_engine_chime(xsMachine *the)
{
	downlinkChime(engineDownlink(engineOf(the)));
}

void xs_engine_silence(xsMachine *the)
{
	downlinkSilence(engineDownlink(engineOf(the)));
}

void xs_engine_waiting(xsMachine *the)
{
	xsmcSetInteger(xsResult, downlinkWaiting(engineDownlink(engineOf(the))));
}

void xs_engine_is_drained(xsMachine *the)
{
	xsmcSetBoolean(xsResult, downlinkIsDrained(engineDownlink(engineOf(the))));
}

/* () -> timestamp, or 0 */
void xs_engine_take_played(xsMachine *the)
{
	xsmcSetNumber(xsResult, downlinkTakePlayed(engineDownlink(engineOf(the))));
}

/* (counts): received, late, concealed and dropped since the last call, in 32 bits each */
void xs_engine_take_counts(xsMachine *the)
{
	EngineJitterCounts counts = downlinkTakeCounts(engineDownlink(engineOf(the)));
	void *data;
	xsUnsignedValue bytes;
	xsmcGetBufferWritable(xsArg(0), &data, &bytes);
	if (bytes < sizeof(counts))
		xsRangeError("audio engine: expected room for %d bytes, got %d", (int)sizeof(counts), (int)bytes);
	memcpy(data, &counts, sizeof(counts));
}

/* (troubles): underruns, overflows, untaken, broken and stalls since the beginning, in 32 bits each */
void xs_engine_troubles(xsMachine *the)
{
	EngineTroubles troubles = engineTroubles(engineOf(the));
	void *data;
	xsUnsignedValue bytes;
	xsmcGetBufferWritable(xsArg(0), &data, &bytes);
	if (bytes < sizeof(troubles))
		xsRangeError("audio engine: expected room for %d bytes, got %d", (int)sizeof(troubles), (int)bytes);
	memcpy(data, &troubles, sizeof(troubles));
}
