/* Opens a camera that prints what it is told and fails where it is told, and takes a picture of it twice. */
#include "camera.h"
#include "esp_camera.h"
#include "img_converters.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *failing;
static camera_fb_t picture;
static int given, coded;

static int fails(const char *name)
{
	return strcmp(failing, name) == 0;
}

esp_err_t esp_camera_init(const camera_config_t *config)
{
	printf("init xclk=%d bus=%d,%d port=%d", config->pin_xclk, config->pin_sccb_sda, config->pin_sccb_scl, config->sccb_i2c_port);
	printf(" data=%d,%d,%d,%d,%d,%d,%d,%d", config->pin_d0, config->pin_d1, config->pin_d2, config->pin_d3, config->pin_d4, config->pin_d5,
		config->pin_d6, config->pin_d7);
	printf(" vsync=%d href=%d pclk=%d", config->pin_vsync, config->pin_href, config->pin_pclk);
	printf(" off=%d,%d hz=%d size=%d count=%d\n", config->pin_pwdn, config->pin_reset, config->xclk_freq_hz, config->frame_size, (int)config->fb_count);
	return fails("init") ? ESP_FAIL : ESP_OK;
}

esp_err_t esp_camera_deinit(void)
{
	printf("deinit\n");
	return ESP_OK;
}

camera_fb_t *esp_camera_fb_get(void)
{
	static int count;
	if (fails("first") || (fails("third") && count == 2))
		return NULL;
	count++;
	given++;
	picture.len = (size_t)count;
	return &picture;
}

void esp_camera_fb_return(camera_fb_t *fb)
{
	if (fb == &picture)
		given--;
}

/* A file is as long as its quality, in hundreds. */
bool frame2jpg(camera_fb_t *fb, uint8_t quality, uint8_t **out, size_t *out_len)
{
	if (fails("code"))
		return false;
	coded++;
	printf("code picture %d at %d\n", (int)fb->len, quality);
	*out_len = (size_t)quality * 100;
	*out = calloc(1, *out_len);
	return true;
}

/* what fails, or "nothing"; the most bytes; then the wiring */
int main(int argc, char **argv)
{
	uint8_t wiring[CAMERA_LINES];
	int i;
	failing = argv[1];
	if (argc != CAMERA_LINES + 3)
		return 1;
	for (i = 0; i < CAMERA_LINES; i++)
		wiring[i] = (uint8_t)atoi(argv[i + 3]);
	if (cameraOpen(wiring, 20000000, 320) != CAMERA_OK) {
		printf("not opened\n");
		return 0;
	}
	for (i = 0; i < 2; i++) {
		uint8_t *file = NULL;
		size_t bytes = 0;
		CameraResult result = cameraTake(80, (size_t)atoi(argv[2]), &file, &bytes);
		printf("result %d bytes %d\n", result, (int)bytes);
		if (result == CAMERA_OK)
			free(file);
	}
	printf("kept %d\n", given);
	cameraClose();
	return 0;
}
