/* Between the frames on the lines and channels of 16-bit samples. */
#ifndef XIAOZHI_ENGINE_SLOTS
#define XIAOZHI_ENGINE_SLOTS
#include <stdint.h>

typedef struct {
	/* In a frame. */
	int slots;
	/* Of a sample: 16 or 32. */
	int bits;
} SlotsFormat;

/* One slot of `count` frames. Of 32 bits the lower 12 are noise (a fixed gain of 16). */
void slotsPick(const void *frames, int count, SlotsFormat format, int slot, int16_t *out);

/* The whole loudness. */
#define SLOTS_FULL_GAIN 65536

/* The samples in every slot of `count` frames, times `gain` / SLOTS_FULL_GAIN; in 32 bits nothing is rounded off. */
void slotsFill(const int16_t *samples, int count, SlotsFormat format, int32_t gain, void *frames);

/* The gain of a volume in percent: its square, as the ear hears. */
int32_t slotsGain(int percent);

/* How loud samples are, in percent of a scale that goes by doublings: silence 0, quiet speech about 30. */
int slotsLevel(const int16_t *samples, int count);

#endif
