#include "camera.h"
#include "esp_camera.h"
#include "img_converters.h"
#include <stdlib.h>

/* The first I2C bus of a device, which its other chips have opened. */
#define SHARED_PORT 0
/* When the camera opens a bus itself: the other one. */
#define OWN_PORT 1
/* Older than the question: one was filled long ago, and one may have been begun. */
#define STALE_PICTURES 2
/* PWM gives its channels from the lowest on, and its timers from the highest down. */
#define CLOCK_CHANNEL LEDC_CHANNEL_7
#define CLOCK_TIMER LEDC_TIMER_0
#define LOSS_PERCENT 20
#define WORST_PERCENT 20
#define NONE 255

static int pinOf(uint8_t line)
{
	return line == NONE ? -1 : line;
}

CameraResult cameraOpen(const uint8_t *wiring, int clockHz, int width)
{
	const uint8_t *data = wiring + CAMERA_DATA;
	camera_config_t config = {
		.pin_pwdn = -1,
		.pin_reset = -1,
		.pin_xclk = pinOf(wiring[CAMERA_XCLK]),
		.pin_sccb_sda = pinOf(wiring[CAMERA_BUS_DATA]),
		.pin_sccb_scl = pinOf(wiring[CAMERA_BUS_CLOCK]),
		.pin_d0 = data[0],
		.pin_d1 = data[1],
		.pin_d2 = data[2],
		.pin_d3 = data[3],
		.pin_d4 = data[4],
		.pin_d5 = data[5],
		.pin_d6 = data[6],
		.pin_d7 = data[7],
		.pin_vsync = wiring[CAMERA_VSYNC],
		.pin_href = wiring[CAMERA_HREF],
		.pin_pclk = wiring[CAMERA_PCLK],
		.xclk_freq_hz = clockHz,
		.ledc_timer = CLOCK_TIMER,
		.ledc_channel = CLOCK_CHANNEL,
		/* Every camera gives it; those for some of these boards give no JPEG. */
		.pixel_format = PIXFORMAT_RGB565,
		.frame_size = width == 640 ? FRAMESIZE_VGA : FRAMESIZE_QVGA,
		/* With one picture the camera rests while nobody takes it. */
		.fb_count = 1,
		.fb_location = CAMERA_FB_IN_PSRAM,
		.grab_mode = CAMERA_GRAB_WHEN_EMPTY,
		.sccb_i2c_port = wiring[CAMERA_BUS_DATA] == NONE ? SHARED_PORT : OWN_PORT,
	};
	return esp_camera_init(&config) == ESP_OK ? CAMERA_OK : CAMERA_ABSENT;
}

void cameraClose(void)
{
	esp_camera_deinit();
}

static CameraResult code(camera_fb_t *picture, int qualityPercent, size_t maxBytes, uint8_t **file, size_t *bytes)
{
	for (; qualityPercent >= WORST_PERCENT; qualityPercent -= LOSS_PERCENT) {
		if (!frame2jpg(picture, (uint8_t)qualityPercent, file, bytes))
			return CAMERA_NO_MEMORY;
		if (*bytes <= maxBytes)
			return CAMERA_OK;
		free(*file);
	}
	return CAMERA_TOO_LARGE;
}

CameraResult cameraTake(int qualityPercent, size_t maxBytes, uint8_t **file, size_t *bytes)
{
	camera_fb_t *picture = esp_camera_fb_get();
	CameraResult result;
	int stale;
	for (stale = 0; picture && stale < STALE_PICTURES; stale++) {
		esp_camera_fb_return(picture);
		picture = esp_camera_fb_get();
	}
	if (!picture)
		return CAMERA_BLIND;
	result = code(picture, qualityPercent, maxBytes, file, bytes);
	esp_camera_fb_return(picture);
	return result;
}
