/* Changes the sample rate of one channel of 16-bit samples: a polyphase filter in fixed point. */
#ifndef XIAOZHI_ENGINE_RESAMPLER
#define XIAOZHI_ENGINE_RESAMPLER
#include <stdint.h>

typedef struct EngineResampler EngineResampler;

/* For blocks of at most `maxSamples`; NULL without memory, or for rates that have no small ratio. */
EngineResampler *resamplerCreate(int fromRate, int toRate, int maxSamples);
void resamplerDelete(EngineResampler *resampler);
/* The most that one block can become. */
int resamplerRoom(const EngineResampler *resampler);
/* Samples written to `out`. The sound comes later by half the filter, about 1 ms. */
int resamplerRun(EngineResampler *resampler, const int16_t *in, int count, int16_t *out);
/* Forgets the sound so far. */
void resamplerReset(EngineResampler *resampler);

#endif
