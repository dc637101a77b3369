#include "engine-resampler.h"
#include "engine-port.h"
#include <math.h>
#include <string.h>

/* Zero crossings on each side of the middle, at the lower one of the two rates. */
#define LOBES 16
/* Of half the lower rate; above it the filter falls off. */
#define PASSBAND 0.92
/* 44.1 kHz to 16 kHz is 160 to 441. */
#define MAX_PHASES 160
#define COEFFICIENT_BITS 14
#define PI 3.14159265358979323846

struct EngineResampler {
	/* The rate changes by phases / step. */
	int phases, step;
	int taps;
	int maxSamples;
	/* Between which of the inserted points the next sample lies. */
	int phase;
	/* Input samples to skip before the next output. */
	int skip;
	/* phases × taps, the newest sample's last. */
	int16_t *coefficients;
	/* taps - 1 samples of the block before, then the block. */
	int16_t *line;
};

static int greatestDivisor(int a, int b)
{
	return b == 0 ? a : greatestDivisor(b, a % b);
}

/* The filter at `x` samples of the input from its middle; `cutoff` of the input's rate. */
static double filterAt(double x, double cutoff, double half)
{
	double angle = 2 * PI * cutoff * x;
	double sinc = fabs(x) < 1e-9 ? 1 : sin(angle) / angle;
	double at = x / half;
	if (at <= -1 || at >= 1)
		return 0;
	/* Blackman's window. */
	return sinc * (0.42 + 0.5 * cos(PI * at) + 0.08 * cos(2 * PI * at));
}

/* Each phase lets a steady value through unchanged: what rounding took or gave is set right at its greatest tap. */
static void fillPhase(EngineResampler *resampler, int phase, double cutoff)
{
	int16_t *row = resampler->coefficients + phase * resampler->taps;
	double half = resampler->taps / 2.0, sum = 0;
	double offset = (double)phase / resampler->phases;
	int i, greatest = 0, total = 0;
	for (i = 0; i < resampler->taps; i++)
		sum += filterAt(half - 1 - i + offset, cutoff, half);
	for (i = 0; i < resampler->taps; i++) {
		double value = filterAt(half - 1 - i + offset, cutoff, half) / sum;
		row[i] = (int16_t)lrint(value * (1 << COEFFICIENT_BITS));
		total += row[i];
		if (row[i] > row[greatest])
			greatest = i;
	}
	row[greatest] = (int16_t)(row[greatest] + (1 << COEFFICIENT_BITS) - total);
}

static void fillCoefficients(EngineResampler *resampler)
{
	double ratio = (double)resampler->phases / resampler->step;
	double cutoff = 0.5 * PASSBAND * (ratio < 1 ? ratio : 1);
	int phase;
	for (phase = 0; phase < resampler->phases; phase++)
		fillPhase(resampler, phase, cutoff);
}

EngineResampler *resamplerCreate(int fromRate, int toRate, int maxSamples)
{
	int divisor = fromRate > 0 && toRate > 0 ? greatestDivisor(fromRate, toRate) : 0;
	EngineResampler *resampler;
	if (divisor == 0 || toRate / divisor > MAX_PHASES)
		return NULL;
	resampler = portAllocate(sizeof(EngineResampler));
	if (!resampler)
		return NULL;
	resampler->phases = toRate / divisor;
	resampler->step = fromRate / divisor;
	resampler->maxSamples = maxSamples;
	resampler->taps = 2 * LOBES;
	if (resampler->step > resampler->phases)
		resampler->taps = (2 * LOBES * resampler->step + resampler->phases - 1) / resampler->phases;
	resampler->taps += resampler->taps & 1;
	resampler->coefficients = portAllocateLarge(sizeof(int16_t) * (size_t)(resampler->phases * resampler->taps));
	resampler->line = portAllocateLarge(sizeof(int16_t) * (size_t)(resampler->taps - 1 + maxSamples));
	if (!resampler->coefficients || !resampler->line) {
		resamplerDelete(resampler);
		return NULL;
	}
	fillCoefficients(resampler);
	return resampler;
}

void resamplerDelete(EngineResampler *resampler)
{
	if (!resampler)
		return;
	portFree(resampler->coefficients);
	portFree(resampler->line);
	portFree(resampler);
}

int resamplerRoom(const EngineResampler *resampler)
{
	return (int)((int64_t)resampler->maxSamples * resampler->phases / resampler->step) + 1;
}

void resamplerReset(EngineResampler *resampler)
{
	resampler->phase = resampler->skip = 0;
	memset(resampler->line, 0, sizeof(int16_t) * (size_t)(resampler->taps - 1));
}

/* The sum of absolute coefficients is below 2, so that 32 bits hold it. */
static int16_t sampleAt(const EngineResampler *resampler, const int16_t *samples)
{
	const int16_t *row = resampler->coefficients + resampler->phase * resampler->taps;
	int32_t sum = 1 << (COEFFICIENT_BITS - 1);
	int i;
	for (i = 0; i < resampler->taps; i++)
		sum += samples[i] * row[i];
	sum >>= COEFFICIENT_BITS;
	return (int16_t)(sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum);
}

int resamplerRun(EngineResampler *resampler, const int16_t *in, int count, int16_t *out)
{
	int history = resampler->taps - 1;
	int at = resampler->skip, written = 0;
	if (count > resampler->maxSamples)
		count = resampler->maxSamples;
	memcpy(resampler->line + history, in, sizeof(int16_t) * (size_t)count);
	while (at < count) {
		out[written++] = sampleAt(resampler, resampler->line + at);
		resampler->phase += resampler->step;
		at += resampler->phase / resampler->phases;
		resampler->phase %= resampler->phases;
	}
	resampler->skip = at - count;
	memmove(resampler->line, resampler->line + count, sizeof(int16_t) * (size_t)history);
	return written;
}
