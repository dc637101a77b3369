#include "bell-sound.h"

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

void bellBegin(BellSound *bell, int sampleRate, int isChime)
{
	bell->period = sampleRate / 1000;
	bell->at = 0;
	bell->isChime = isChime;
}

/* Two parabolas, which sound like a sine. */
static int tone(int sample, int period)
{
	int half = period / 2;
	int at = sample % half;
	int height = 4 * AMPLITUDE * at * (half - at) / (half * half);
	return sample < half ? height : -height;
}

static int ringing(BellSound *bell)
{
	int ms = bell->at / bell->period;
	int isBeep = ms < BEEPS_MS && ms / BEEP_MS % 2 == 0;
	int height = isBeep ? tone(bell->at % bell->period, bell->period) : 0;
	bell->at = (bell->at + 1) % (CYCLE_MS * bell->period);
	return height;
}

static int chiming(BellSound *bell)
{
	int ms = bell->at / bell->period;
	int period = ms < CHIME_LOW_MS ? bell->period * 3 / 2 : bell->period;
	if (ms >= CHIME_MS)
		return 0;
	return tone(bell->at++ % period, period) / CHIME_MS * (CHIME_MS - ms);
}

int bellMix(BellSound *bell, int16_t *samples, int count)
{
	int i;
	for (i = 0; i < count; i++)
		samples[i] = (int16_t)(samples[i] / (1 << DUCK_SHIFT) + (bell->isChime ? chiming(bell) : ringing(bell)));
	return !bell->isChime || bell->at < CHIME_MS * bell->period;
}
