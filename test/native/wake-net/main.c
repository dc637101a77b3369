/* Hears pieces of sound, with a model that finds its word in every chunk that begins with 777. */
#include "esp_wn_models.h"
#include "model_path.h"
#include "wake-detector.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 512

static const char *failing;
static char *names[] = {(char *)"wn9_nihaoxiaozhi_tts"};
static srmodel_list_t models = {names, 1};
static int heardCount;

static model_iface_data_t *create(const void *name, det_mode_t mode)
{
	(void)mode;
	printf("create %s\n", (const char *)name);
	return strcmp(failing, "create") == 0 ? NULL : malloc(1);
}

static int chunkSize(model_iface_data_t *model)
{
	(void)model;
	return CHUNK;
}

static wakenet_state_t detect(model_iface_data_t *model, int16_t *samples)
{
	(void)model;
	return samples[0] == 777 ? WAKENET_DETECTED : WAKENET_NO_DETECT;
}

static void clean(model_iface_data_t *model)
{
	(void)model;
	printf("clean\n");
}

static void destroy(model_iface_data_t *model)
{
	free(model);
}

static const esp_wn_iface_t net = {create, chunkSize, detect, clean, destroy};

srmodel_list_t *esp_srmodel_init(const char *partition)
{
	return strcmp(failing, "partition") == 0 || strcmp(partition, "model") != 0 ? NULL : &models;
}

char *esp_srmodel_filter(srmodel_list_t *list, const char *prefix, const char *word)
{
	char *name = list->model_name[0];
	return strstr(name, prefix) && strstr(name, word) ? name : NULL;
}

const esp_wn_iface_t *esp_wn_handle_from_name(const char *name)
{
	(void)name;
	return &net;
}

static void heard(void *owner)
{
	(*(int *)owner)++;
}

/* 160 samples at a time, as they come; the word begins at `wordAt`. */
static void hear(WakeDetector *detector, int samples, int wordAt)
{
	int16_t piece[160];
	int at, i;
	for (at = 0; at < samples; at += 160) {
		for (i = 0; i < 160; i++)
			piece[i] = at + i == wordAt ? 777 : 1;
		wakeDetectorHear(detector, piece, NULL, 160);
	}
	printf("heard %d\n", heardCount);
}

/* what fails, or "nothing"; the model */
int main(int argc, char **argv)
{
	WakeDetector *detector;
	(void)argc;
	failing = argv[1];
	detector = wakeDetectorOpen(argv[2], heard, &heardCount);
	if (!detector) {
		printf("not opened\n");
		return 0;
	}
	hear(detector, 1600, 0);
	wakeDetectorStart(detector);
	wakeDetectorStart(detector);
	hear(detector, 1600, 512);
	/* Half a chunk is left over; what comes after a stop does not go on from there. */
	wakeDetectorStop(detector);
	hear(detector, 1600, 0);
	wakeDetectorStart(detector);
	hear(detector, 1600, 0);
	return 0;
}

/* Of the address sanitizer: what the detector holds, it holds as long as the device runs. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
