/* A wake word in the sound of the microphone, by WakeNet of ESP-SR. */
#ifndef XIAOZHI_WAKE_DETECTOR
#define XIAOZHI_WAKE_DETECTOR
#include <stdint.h>

typedef struct WakeDetector WakeDetector;

/* Called in the task that listens. */
typedef void (*WakeHeard)(void *owner);

/* Null when there is no such model, or no memory for it; it lasts as long as the device runs. */
WakeDetector *wakeDetectorOpen(const char *model, WakeHeard heard, void *owner);
/* From the next sound on; what was heard before does not count. */
void wakeDetectorStart(WakeDetector *detector);
void wakeDetectorStop(WakeDetector *detector);
/* As an EngineListener: 16 kHz, any number of samples. */
void wakeDetectorHear(void *detector, int16_t *microphone, const int16_t *reference, int count);

#endif
