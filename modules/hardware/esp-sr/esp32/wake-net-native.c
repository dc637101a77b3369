/* Native half of wake-net.ts. */
#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"
#include "engine-listener.h"
#include "wake-detector.h"
#include <stdatomic.h>
#include <stdlib.h>

typedef struct {
	xsMachine *machine;
	xsSlot object;
	WakeDetector *detector;
	/* A message to the program is on its way. */
	atomic_int isPosted;
} Record;

/* In the program's task. */
static void deliver(void *machine, void *context, uint8_t *message, uint16_t messageLength)
{
	xsMachine *the = machine;
	Record *record = context;
	(void)message;
	(void)messageLength;
	atomic_store(&record->isPosted, 0);
	xsBeginHost(the);
	xsResult = xsAccess(record->object);
	xsCall0_noResult(xsResult, xsID_onHeard);
	xsEndHost(the);
}

/* In the task that listens, which waits for nobody: a call that finds the program's queue full is not heard. */
static void heard(void *owner)
{
	Record *record = owner;
	if (atomic_exchange(&record->isPosted, 1))
		return;
	if (modMessagePostToMachine(record->machine, NULL, 0, deliver, record) != 0)
		atomic_store(&record->isPosted, 0);
}

/* The program ends only with the device: nothing is freed that the other task may be using. */
void xs_wakenet_destructor(void *data)
{
	if (data)
		engineListen(NULL, NULL);
}

/* (model) */
void xs_wakenet(xsMachine *the)
{
	Record *record = calloc(1, sizeof(Record));
	if (!record)
		xsUnknownError("wake word: no memory");
	record->machine = the;
	record->detector = wakeDetectorOpen(xsmcToString(xsArg(0)), heard, record);
	if (!record->detector) {
		free(record);
		xsUnknownError("wake word: no such model in partition \"model\", or no memory for it");
	}
	record->object = xsThis;
	xsRemember(record->object);
	xsmcSetHostData(xsThis, record);
	engineListen(wakeDetectorHear, record->detector);
}

static WakeDetector *detectorOf(xsMachine *the)
{
	Record *record = xsmcGetHostData(xsThis);
	if (!record)
		xsUnknownError("wake word: closed");
	return record->detector;
}

void xs_wakenet_start(xsMachine *the)
{
	wakeDetectorStart(detectorOf(the));
}

void xs_wakenet_stop(xsMachine *the)
{
	wakeDetectorStop(detectorOf(the));
}
