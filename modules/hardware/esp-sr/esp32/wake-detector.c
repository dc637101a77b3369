#include "wake-detector.h"
#include "esp_wn_iface.h"
#include "esp_wn_models.h"
#include "model_path.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* The partition that the build of ESP-SR fills. */
#define PARTITION "model"
/* Rather misses a call than takes a conversation for one. */
#define CAUTION DET_MODE_90

struct WakeDetector {
	const esp_wn_iface_t *net;
	model_iface_data_t *data;
	WakeHeard heard;
	void *owner;
	/* What the model takes at once. */
	int16_t *chunk;
	int chunkSamples;
	int filled;
	atomic_int isListening;
	/* The program began anew: the model forgets what it has heard. */
	atomic_int isFresh;
};

static int load(WakeDetector *detector, const char *model)
{
	srmodel_list_t *models = esp_srmodel_init(PARTITION);
	char *name = models ? esp_srmodel_filter(models, ESP_WN_PREFIX, model) : NULL;
	detector->net = name ? esp_wn_handle_from_name(name) : NULL;
	detector->data = detector->net ? detector->net->create(name, CAUTION) : NULL;
	if (!detector->data)
		return 0;
	detector->chunkSamples = detector->net->get_samp_chunksize(detector->data);
	detector->chunk = malloc((size_t)detector->chunkSamples * sizeof(int16_t));
	return detector->chunk != NULL;
}

WakeDetector *wakeDetectorOpen(const char *model, WakeHeard heard, void *owner)
{
	WakeDetector *detector = calloc(1, sizeof(WakeDetector));
	if (!detector)
		return NULL;
	detector->heard = heard;
	detector->owner = owner;
	if (load(detector, model))
		return detector;
	if (detector->data)
		detector->net->destroy(detector->data);
	free(detector);
	return NULL;
}

void wakeDetectorStart(WakeDetector *detector)
{
	if (atomic_exchange(&detector->isListening, 1) == 0)
		atomic_store(&detector->isFresh, 1);
}

void wakeDetectorStop(WakeDetector *detector)
{
	atomic_store(&detector->isListening, 0);
}

static void take(WakeDetector *detector)
{
	detector->filled = 0;
	if (detector->net->detect(detector->data, detector->chunk) > 0)
		detector->heard(detector->owner);
}

void wakeDetectorHear(void *owner, int16_t *microphone, const int16_t *reference, int count)
{
	WakeDetector *detector = owner;
	int done = 0;
	(void)reference;
	if (!atomic_load(&detector->isListening))
		return;
	if (atomic_exchange(&detector->isFresh, 0)) {
		detector->filled = 0;
		detector->net->clean(detector->data);
	}
	while (done < count) {
		int room = detector->chunkSamples - detector->filled;
		int part = count - done < room ? count - done : room;
		memcpy(detector->chunk + detector->filled, microphone + done, (size_t)part * sizeof(int16_t));
		detector->filled += part;
		done += part;
		if (detector->filled == detector->chunkSamples)
			take(detector);
	}
}
