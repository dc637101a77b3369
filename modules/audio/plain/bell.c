/* Native half of bell.ts. */
#include "xsmc.h"
#include "mc.xs.h"
#include "bell-sound.h"
#include <stdlib.h>

typedef struct {
	BellSound sound;
	int sampleRate;
} BellRecord;

void xs_bell_destructor(void *data)
{
	free(data);
}

/* (sampleRate) */
void xs_bell(xsMachine *the)
{
	int sampleRate = xsmcToInteger(xsArg(0));
	BellRecord *record;
	if (sampleRate < 2000)
		xsRangeError("bell: expected a sample rate of at least 2000");
	record = calloc(1, sizeof(BellRecord));
	if (!record)
		xsUnknownError("bell: no memory");
	record->sampleRate = sampleRate;
	bellBegin(&record->sound, sampleRate, 0);
	xsmcSetHostData(xsThis, record);
}

static BellRecord *bellOf(xsMachine *the)
{
	BellRecord *record = xsmcGetHostData(xsThis);
	if (!record)
		xsUnknownError("bell: no data");
	return record;
}

static void begin(BellRecord *record, int isChime)
{
	bellBegin(&record->sound, record->sampleRate, isChime);
}

void xs_bell_ring(xsMachine *the)
{
	begin(bellOf(the), 0);
}

void xs_bell_chime(xsMachine *the)
{
	begin(bellOf(the), 1);
}

/* (pcm) -> whether more of the sound follows */
void xs_bell_mix(xsMachine *the)
{
	BellRecord *record = bellOf(the);
	void *data;
	xsUnsignedValue bytes;
	xsmcGetBufferWritable(xsArg(0), &data, &bytes);
	xsmcSetBoolean(xsResult, bellMix(&record->sound, data, (int)(bytes / 2)));
}
