/* A channel of the fake controllers: fake-i2s.c is the driver above it, fake-lines.c what happens on the lines. */
#ifndef XIAOZHI_FAKE_CHANNEL
#define XIAOZHI_FAKE_CHANNEL
#include "driver/i2s_common.h"
#include <stdint.h>

#define MAX_BUFFER_BYTES (240 * 16)
#define MAX_CHANNELS 4

typedef enum { REGISTERED, READY, RUNNING } State;

struct i2s_channel_obj_t {
	int isSender;
	i2s_port_t port;
	/* The other one on the same clocks. */
	i2s_chan_handle_t pair;
	State state;
	int rate, slots, bits;
	/* Ticks of the bit clock in a frame. */
	int frameBits;
	int pins[3];
	int buffers, frames;
	i2s_event_callbacks_t callbacks;
	void *context;
	/* Bytes between the task and the line: of a receiver heard, of a sender to be played. */
	uint8_t data[MAX_BUFFER_BYTES * 8];
	int used;
	/* Buffers in a row in which the task gave nothing. */
	int missed;
	/* Frames of time that have passed, in thousandths, and frames since the beginning. */
	int64_t due;
	uint64_t frame;
	int isInCall;
};

/* All behind the lock of virtual time. */
extern i2s_chan_handle_t fakeChannels[MAX_CHANNELS];
/* The tasks are held: their calls do not return. */
extern int fakeAreHeld;

/* Whether this call is the one that must fail. */
int fakeCallFails(void);
/* Says what was wrong and ends the program. */
void fakeWrong(const char *what);
int fakeFrameBytes(i2s_chan_handle_t channel);
/* What the driver keeps between task and line: one buffer less than the DMA has. */
int fakeRoom(i2s_chan_handle_t channel);

#endif
