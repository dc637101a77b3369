/* Native half of bell.ts. */
#include "xsmc.h"
#include "mc.xs.h"
#include <stdint.h>
#include <stdlib.h>

#define AMPLITUDE 9000

/* Three beeps of 100 ms with as long pauses, each second. */
#define CYCLE_MS 1000
#define BEEPS_MS 600
#define BEEP_MS 100

/* Other sound goes on at a quarter of its loudness. */
#define DUCK_SHIFT 2

typedef struct {
	/* Samples of 1 ms, which is a period of the 1 kHz tone at every rate of Opus. */
	int period;
	int at;
} BellRecord;

void xs_bell_destructor(void *data)
{
	free(data);
}

/* (sampleRate) */
void xs_bell(xsMachine *the)
{
	int period = xsmcToInteger(xsArg(0)) / 1000;
	BellRecord *record;
	if (period < 2)
		xsRangeError("bell: expected a sample rate of at least 2000");
	record = calloc(1, sizeof(BellRecord));
	if (!record)
		xsUnknownError("bell: no memory");
	record->period = period;
	xsmcSetHostData(xsThis, record);
}

static BellRecord *bellOf(xsMachine *the)
{
	BellRecord *record = xsmcGetHostData(xsThis);
	if (!record)
		xsUnknownError("bell: no data");
	return record;
}

void xs_bell_restart(xsMachine *the)
{
	bellOf(the)->at = 0;
}

/* Two parabolas, which sound like a sine. */
static int tone(int sample, int period)
{
	int half = period / 2;
	int at = sample % half;
	int height = 4 * AMPLITUDE * at * (half - at) / (half * half);
	return sample < half ? height : -height;
}

/* (pcm) */
void xs_bell_mix(xsMachine *the)
{
	BellRecord *record = bellOf(the);
	void *data;
	xsUnsignedValue bytes, i;
	int16_t *samples;
	xsmcGetBufferWritable(xsArg(0), &data, &bytes);
	samples = data;
	for (i = 0; i < bytes / 2; i++) {
		int ms = record->at / record->period;
		int isBeep = ms < BEEPS_MS && ms / BEEP_MS % 2 == 0;
		int sum = samples[i] / (1 << DUCK_SHIFT) + (isBeep ? tone(record->at % record->period, record->period) : 0);
		samples[i] = (int16_t)sum;
		record->at = (record->at + 1) % (CYCLE_MS * record->period);
	}
}
