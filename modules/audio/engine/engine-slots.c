#include "engine-slots.h"

/* Microphones without a codec give 24 bits in a word of 32; speech at arm's length is in bits 12 to 27. */
#define WIDE_SHIFT 12

/* The light's scale: 11 percent for each doubling of the mean height above 2^5; 2^14 is full. */
#define LEVEL_FLOOR_BITS 5
#define LEVEL_STEP_PERCENT 11

static int16_t clamped(int32_t value)
{
	return (int16_t)(value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value);
}

void slotsPick(const void *frames, int count, SlotsFormat format, int slot, int16_t *out)
{
	int i;
	if (format.bits == 16) {
		const int16_t *samples = frames;
		for (i = 0; i < count; i++)
			out[i] = samples[i * format.slots + slot];
	}
	else {
		const int32_t *samples = frames;
		for (i = 0; i < count; i++)
			out[i] = clamped(samples[i * format.slots + slot] >> WIDE_SHIFT);
	}
}

void slotsFill(const int16_t *samples, int count, SlotsFormat format, int32_t gain, void *frames)
{
	int i, slot;
	for (i = 0; i < count; i++) {
		/* At most -2^15 × 2^16. */
		int32_t wide = (int32_t)((int64_t)samples[i] * gain);
		for (slot = 0; slot < format.slots; slot++) {
			if (format.bits == 16)
				((int16_t *)frames)[i * format.slots + slot] = (int16_t)(wide / 65536);
			else
				((int32_t *)frames)[i * format.slots + slot] = wide;
		}
	}
}

int32_t slotsGain(int percent)
{
	int64_t limited = percent < 0 ? 0 : percent > 100 ? 100 : percent;
	return (int32_t)(limited * limited * SLOTS_FULL_GAIN / 10000);
}

int slotsLevel(const int16_t *samples, int count)
{
	uint32_t sum = 0, mean;
	int bits = 0, i;
	for (i = 0; i < count; i++)
		sum += (uint32_t)(samples[i] < 0 ? -samples[i] : samples[i]);
	mean = count > 0 ? sum / (uint32_t)count : 0;
	while (mean >> bits)
		bits++;
	bits -= LEVEL_FLOOR_BITS;
	return bits <= 0 ? 0 : bits * LEVEL_STEP_PERCENT > 100 ? 100 : bits * LEVEL_STEP_PERCENT;
}
