/* An infrared LED by the remote control transmitter (RMT) of an ESP32. */
#ifndef XIAOZHI_INFRARED
#define XIAOZHI_INFRARED
#include <stdint.h>

typedef struct Infrared Infrared;

typedef enum {
	INFRARED_SENT,
	INFRARED_NO_MEMORY,
	/* The transmitter has not finished in time. */
	INFRARED_STUCK,
	/* The transmitter takes nothing: the carrier is out of its range, for example. */
	INFRARED_REFUSED,
} InfraredResult;

/* Null when there is no memory, or no transmitter for the pin. */
Infrared *infraredOpen(int pin);
/* `count` durations in µs, light first, 16 bits each, low byte first. Waits for what is being sent, not for this. */
InfraredResult infraredSend(Infrared *infrared, const uint8_t *durations, int count, uint32_t carrierHz);
void infraredClose(Infrared *infrared);

#endif
