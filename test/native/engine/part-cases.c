/* Single parts: the resampler, the rules of the jitter buffer, the loudness of volumes, what a board may say. */
#include "engine-jitter.h"
#include "engine-packets.h"
#include "engine-resampler.h"
#include "engine-slots.h"
#include "world.h"
#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846
#define SECOND 48000

/* A tone of `hz` at `from`, resampled in blocks of 10 ms; gives its samples. */
static int resampleTone(int from, int to, double hz, int16_t *out)
{
	EngineResampler *resampler = resamplerCreate(from, to, from / 100);
	int16_t block[SECOND / 100];
	int at, i, count = 0;
	CHECK(resampler, "%d to %d", from, to);
	for (at = 0; at < from; at += from / 100) {
		for (i = 0; i < from / 100; i++)
			block[i] = (int16_t)(10000 * sin(2 * PI * hz * (at + i) / from));
		count += resamplerRun(resampler, block, from / 100, out + count);
	}
	resamplerDelete(resampler);
	return count;
}

static void tones(int from, int to)
{
	static int16_t out[SECOND + 200];
	int lower = from < to ? from : to, quarter = to / 4;
	double hz, height;
	for (hz = 100; hz < lower * 0.4; hz *= 1.7) {
		int count = resampleTone(from, to, hz, out);
		CHECK(abs(count - to) <= 1, "%d samples of %d", count, to);
		height = heightAt(out + quarter, to / 2, to, hz);
		CHECK(fabs(height - 10000) < 350, "%d to %d at %.0f Hz: %.0f", from, to, hz, height);
		CHECK(fabs(loudness(out + quarter, to / 2) * sqrt(2) - height) < 60, "%d to %d at %.0f Hz: not pure", from, to, hz);
	}
	/* What the lower rate cannot carry is not folded back. */
	for (hz = lower * 0.58; from > to && hz < from / 2; hz *= 1.15) {
		resampleTone(from, to, hz, out);
		CHECK(loudness(out + quarter, to / 2) < 100, "%.0f Hz from %d to %d", hz, from, to);
	}
}

static void resampler(void)
{
	static const int rates[][2] = {{24000, 16000}, {48000, 16000}, {16000, 24000}, {16000, 48000}, {44100, 16000},
		{48000, 44100}, {8000, 16000}, {12000, 16000}, {32000, 16000}, {22000, 16000}};
	static int16_t steady[480], out[2000];
	EngineResampler *own;
	size_t i;
	int k, round;
	for (i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		tones(rates[i][0], rates[i][1]);
	own = resamplerCreate(24000, 16000, 480);
	for (k = 0; k < 480; k++)
		steady[k] = 12345;
	for (round = 0; round < 3; round++)
		k = resamplerRun(own, steady, 480, out);
	CHECK(k == 320 && out[0] == 12345 && out[319] == 12345, "a steady value is %d", out[319]);
	/* The loudest there can be, in the worst order of signs. */
	for (round = 0; round < 400; round++) {
		for (k = 0; k < 480; k++)
			steady[k] = (k * round / 7) & 1 ? INT16_MAX : INT16_MIN;
		resamplerRun(own, steady, 480, out);
	}
	resamplerDelete(own);
	CHECK(resamplerCreate(44100, 47999, 10) == NULL, "no small ratio");
	CHECK(resamplerCreate(0, 16000, 10) == NULL, "no rate");
}

/* Reads orders from a file of lines and says what the jitter buffer answers, for a comparison with jitter-buffer.ts. */
static void jitter(void)
{
	EngineJitter *own = jitterCreate();
	EngineJitterCounts counts;
	uint8_t data[600];
	uint32_t timestamp;
	int a, b, result;
	char line[80];
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "push %d %d", &a, &b) == 2) {
			memset(data, a & 255, sizeof(data));
			jitterPush(own, data, 20 + a % 300, (uint32_t)a, b);
		}
		else if (strncmp(line, "take", 4) == 0) {
			result = jitterTake(own, data, sizeof(data), &timestamp);
			if (result > 0)
				printf("%d %u %d\n", result, timestamp, data[result - 1]);
			else
				printf("%s\n", result == JITTER_GAP ? "gap" : "nothing");
		}
		else if (strncmp(line, "complete", 8) == 0)
			jitterComplete(own);
		else if (strncmp(line, "clear", 5) == 0)
			jitterClear(own);
		else {
			counts = jitterTakeCounts(own);
			printf("%d %u %u %u %u\n", jitterWaiting(own), counts.received, counts.late, counts.concealed, counts.dropped);
		}
	}
	jitterDelete(own);
}

static void slots(void)
{
	int16_t samples[4] = {-32768, 32767, 1, -1}, out[4];
	int32_t wide[4] = {INT32_MIN, INT32_MAX, 5 << 12, -1}, filled[4];
	int16_t narrow[8] = {1, 2, 3, 4, 5, 6, 7, 8}, stereo[8];
	slotsPick(wide, 4, (SlotsFormat){1, 32}, 0, out);
	CHECK(out[0] == -32768 && out[1] == 32767 && out[2] == 5 && out[3] == -1, "32 bits to 16");
	slotsPick(narrow, 2, (SlotsFormat){4, 16}, 1, out);
	CHECK(out[0] == 2 && out[1] == 6, "slot 1 of 4");
	slotsFill(samples, 4, (SlotsFormat){1, 32}, SLOTS_FULL_GAIN, filled);
	CHECK(filled[0] == INT32_MIN && filled[1] == 32767 * 65536 && filled[2] == 65536, "16 bits to 32");
	slotsFill(samples, 4, (SlotsFormat){2, 16}, slotsGain(50), stereo);
	CHECK(stereo[0] == -8192 && stereo[1] == -8192 && stereo[2] == 8191 && stereo[4] == 0, "a quarter, in both slots");
	CHECK(slotsGain(0) == 0 && slotsGain(100) == SLOTS_FULL_GAIN && slotsGain(50) == SLOTS_FULL_GAIN / 4, "the square");
	CHECK(slotsGain(-5) == 0 && slotsGain(500) == SLOTS_FULL_GAIN, "limits");
	CHECK(slotsLevel(out, 0) == 0 && slotsLevel(samples, 2) >= 99, "level %d", slotsLevel(samples, 2));
}

static void packets(void)
{
	EnginePackets *own = packetsCreate(3, 10);
	uint8_t data[20] = "abcdefghijklm", out[20];
	uint32_t timestamp;
	int i;
	for (i = 0; i < 50; i++) {
		CHECK(packetsPush(own, data, 4, 1) && packetsPush(own, data + 4, 5, 2), "two fit");
		CHECK(!packetsPush(own, data, 2, 3), "full of bytes");
		CHECK(packetsPush(own, data, 1, 3) && !packetsPush(own, NULL, 0, 4), "full of packets");
		CHECK(packetsTake(own, out, 3, &timestamp) == -1, "too little room");
		CHECK(packetsTake(own, out, 20, &timestamp) == 4 && memcmp(out, "abcd", 4) == 0 && timestamp == 1, "the first");
		packetsDrop(own);
		CHECK(packetsNextBytes(own) == 1 && packetsCount(own) == 1, "the third is left");
		CHECK(packetsTake(own, out, 20, &timestamp) == 1 && packetsTake(own, out, 20, &timestamp) == -1, "and then none");
		packetsPush(own, data, i % 7, 0);
		packetsDrop(own);
		packetsDrop(own);
	}
	packetsPush(own, data, 4, 1);
	packetsClear(own);
	CHECK(packetsCount(own) == 0, "cleared");
	packetsDelete(own);
}

static void wiring(void)
{
	EngineWiring own = fullDuplex;
	CHECK(!wiringFault(&fullDuplex) && !wiringFault(&standardAndTdm) && !wiringFault(&twoControllers), "good ones");
	own.inputRate = 16000;
	CHECK(wiringFault(&own), "two rates on one controller");
	own = twoControllers;
	own.inputRate = 96000;
	CHECK(wiringFault(&own), "a rate too high");
	own = twoControllers;
	own.input.data = -1;
	CHECK(wiringFault(&own), "no data pin");
	own = twoControllers;
	own.hasReference = 1;
	CHECK(wiringFault(&own), "no slot for the reference");
	own = standardAndTdm;
	own.inputSlots = 5;
	CHECK(wiringFault(&own), "too many slots");
	own = standardAndTdm;
	own.outputBits = 24;
	CHECK(wiringFault(&own), "odd width");
	own = standardAndTdm;
	own.mode = (EngineMode)9;
	CHECK(wiringFault(&own), "unknown mode");
}

void runPartCase(const char *name)
{
	if (strcmp(name, "resampler") == 0)
		resampler();
	else if (strcmp(name, "jitter") == 0)
		jitter();
	else if (strcmp(name, "slots") == 0)
		slots();
	else if (strcmp(name, "packets") == 0)
		packets();
	else if (strcmp(name, "wiring") == 0)
		wiring();
	else
		return;
	exit(0);
}
