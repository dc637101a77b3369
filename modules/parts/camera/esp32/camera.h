/* The camera of an ESP32-S3, as files of JPEG. */
#ifndef XIAOZHI_CAMERA
#define XIAOZHI_CAMERA
#include <stddef.h>
#include <stdint.h>

/* Of the wiring; 255 stands for a line that is not there. */
enum { CAMERA_XCLK, CAMERA_BUS_DATA, CAMERA_BUS_CLOCK, CAMERA_DATA, CAMERA_VSYNC = CAMERA_DATA + 8, CAMERA_HREF, CAMERA_PCLK, CAMERA_LINES };

typedef enum {
	CAMERA_OK,
	/* No camera that the driver knows answers, or there is no memory for its pictures. */
	CAMERA_ABSENT,
	/* It gives no picture. */
	CAMERA_BLIND,
	/* No memory to code the picture. */
	CAMERA_NO_MEMORY,
	/* Even at the worst quality. */
	CAMERA_TOO_LARGE,
} CameraResult;

CameraResult cameraOpen(const uint8_t *wiring, int clockHz, int width);
/* The caller frees the file. */
CameraResult cameraTake(int qualityPercent, size_t maxBytes, uint8_t **file, size_t *bytes);
void cameraClose(void);

#endif
