/* Native half of infrared-led.ts. */
#include "xsmc.h"
#include "mc.xs.h"
#include "infrared.h"

void xs_infrared_destructor(void *data)
{
	if (data)
		infraredClose(data);
}

/* (pin) */
void xs_infrared(xsMachine *the)
{
	Infrared *infrared = infraredOpen(xsmcToInteger(xsArg(0)));
	if (!infrared)
		xsUnknownError("infrared: no transmitter for this pin");
	xsmcSetHostData(xsThis, infrared);
}

/* (durations, carrierHz) */
void xs_infrared_send(xsMachine *the)
{
	Infrared *infrared = xsmcGetHostData(xsThis);
	uint32_t carrierHz = (uint32_t)xsmcToInteger(xsArg(1));
	void *durations;
	xsUnsignedValue bytes;
	if (!infrared)
		xsUnknownError("infrared: closed");
	xsmcGetBufferReadable(xsArg(0), &durations, &bytes);
	switch (infraredSend(infrared, durations, (int)(bytes / 2), carrierHz)) {
	case INFRARED_SENT:
		return;
	case INFRARED_NO_MEMORY:
		xsUnknownError("infrared: no memory");
	case INFRARED_STUCK:
		xsUnknownError("infrared: the transmitter is stuck");
	default:
		xsUnknownError("infrared: the transmitter refuses");
	}
}
