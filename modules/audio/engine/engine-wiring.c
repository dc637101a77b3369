#include "engine-wiring.h"
#include <stddef.h>

#define MIN_RATE 8000
#define MAX_RATE 48000
#define MAX_SLOTS 4

static int isRate(int rate)
{
	return rate >= MIN_RATE && rate <= MAX_RATE && rate % 100 == 0;
}

static int isWidth(int bits)
{
	return bits == 16 || bits == 32;
}

static const char *formatFault(const EngineWiring *wiring)
{
	if (wiring->inputSlots < 1 || wiring->inputSlots > MAX_SLOTS)
		return "expected 1 to 4 slots of the microphone";
	if (wiring->outputSlots < 1 || wiring->outputSlots > 2)
		return "expected 1 or 2 slots of the speaker";
	if (!isWidth(wiring->inputBits) || !isWidth(wiring->outputBits))
		return "expected samples of 16 or 32 bits";
	if (wiring->hasReference && wiring->inputSlots < 2)
		return "a reference needs a second slot of the microphone";
	return NULL;
}

const char *wiringFault(const EngineWiring *wiring)
{
	const EnginePins *input = &wiring->input, *output = &wiring->output;
	if (wiring->mode < ENGINE_FULL_DUPLEX || wiring->mode > ENGINE_TWO_CONTROLLERS)
		return "unknown mode";
	if (!isRate(wiring->inputRate) || !isRate(wiring->outputRate))
		return "expected a sample rate of 8000 to 48000 Hz, in hundreds";
	if (wiring->mode != ENGINE_TWO_CONTROLLERS && wiring->inputRate != wiring->outputRate)
		return "microphone and speaker on one controller have one sample rate";
	if (input->bclk < 0 || input->ws < 0 || input->data < 0 || output->bclk < 0 || output->ws < 0 || output->data < 0)
		return "expected a pin for bclk, ws and data of microphone and speaker";
	return formatFault(wiring);
}
