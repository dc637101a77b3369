/* Native half of camera-chip.ts. */
#include "xsmc.h"
#include "mc.xs.h"
#include "camera.h"
#include <stdlib.h>

void xs_camerachip_destructor(void *data)
{
	if (data)
		cameraClose();
}

/* (wiring, clockHz, width) */
void xs_camerachip(xsMachine *the)
{
	void *wiring;
	xsUnsignedValue bytes;
	xsmcGetBufferReadable(xsArg(0), &wiring, &bytes);
	if (bytes != CAMERA_LINES)
		xsUnknownError("camera: wiring");
	if (cameraOpen(wiring, xsmcToInteger(xsArg(1)), xsmcToInteger(xsArg(2))) != CAMERA_OK)
		xsUnknownError("no camera answers, or there is no memory for its pictures");
	/* There is only one: nothing of it is kept here. */
	xsmcSetHostData(xsThis, (void *)1);
}

/* (qualityPercent, maxBytes) */
void xs_camerachip_take(xsMachine *the)
{
	uint8_t *file = NULL;
	size_t bytes = 0;
	switch (cameraTake(xsmcToInteger(xsArg(0)), (size_t)xsmcToInteger(xsArg(1)), &file, &bytes)) {
	case CAMERA_OK:
		break;
	case CAMERA_NO_MEMORY:
		xsUnknownError("no memory to code the picture");
	case CAMERA_TOO_LARGE:
		xsUnknownError("the picture is too large");
	default:
		xsUnknownError("the camera gives no picture");
	}
	xsTry {
		xsmcSetArrayBuffer(xsResult, file, (xsIntegerValue)bytes);
		free(file);
	}
	xsCatch {
		free(file);
		xsThrow(xsException);
	}
}
