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

/* Two tones, the second one higher; they fade from the first on. */
#define CHIME_MS 300
#define CHIME_LOW_MS 120

/* Other sound goes on at a quarter of its loudness. */
#define DUCK_SHIFT 2

typedef struct {
	/* Samples of 1 ms, which is a period of the 1 kHz tone at every rate of Opus. */
	int period;
	int at;
	int isChime;
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

static void begin(BellRecord *record, int isChime)
{
	record->at = 0;
	record->isChime = isChime;
}

void xs_bell_ring(xsMachine *the)
{
	begin(bellOf(the), 0);
}

void xs_bell_chime(xsMachine *the)
{
	begin(bellOf(the), 1);
}

/* Two parabolas, which sound like a sine. */
static int tone(int sample, int period)
{
	int half = period / 2;
	int at = sample % half;
	int height = 4 * AMPLITUDE * at * (half - at) / (half * half);
	return sample < half ? height : -height;
}

static int ringing(BellRecord *record)
{
	int ms = record->at / record->period;
	int isBeep = ms < BEEPS_MS && ms / BEEP_MS % 2 == 0;
	int height = isBeep ? tone(record->at % record->period, record->period) : 0;
	record->at = (record->at + 1) % (CYCLE_MS * record->period);
	return height;
}

static int chiming(BellRecord *record)
{
	int ms = record->at / record->period;
	int period = ms < CHIME_LOW_MS ? record->period * 3 / 2 : record->period;
	if (ms >= CHIME_MS)
		return 0;
	return tone(record->at++ % period, period) / CHIME_MS * (CHIME_MS - ms);
}

/* (pcm) -> whether more of the sound follows */
void xs_bell_mix(xsMachine *the)
{
	BellRecord *record = bellOf(the);
	void *data;
	xsUnsignedValue bytes, i;
	int16_t *samples;
	xsmcGetBufferWritable(xsArg(0), &data, &bytes);
	samples = data;
	for (i = 0; i < bytes / 2; i++)
		samples[i] = (int16_t)(samples[i] / (1 << DUCK_SHIFT) + (record->isChime ? chiming(record) : ringing(record)));
	xsmcSetBoolean(xsResult, !record->isChime || record->at < CHIME_MS * record->period);
}
