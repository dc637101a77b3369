/* The device's own sounds as samples: ringing, and a chime. bell.c gives them to the program, the engine plays them. */
#ifndef XIAOZHI_BELL_SOUND
#define XIAOZHI_BELL_SOUND
#include <stdint.h>

typedef struct {
	/* Samples of 1 ms, which is a period of the 1 kHz tone at every rate of Opus. */
	int period;
	int at;
	int isChime;
} BellSound;

/* `sampleRate` in Hz, at least 2000. */
void bellBegin(BellSound *bell, int sampleRate, int isChime);
/* Turns down the samples to a quarter and adds the sound to them; 0 once its end is in them. */
int bellMix(BellSound *bell, int16_t *samples, int count);

#endif
