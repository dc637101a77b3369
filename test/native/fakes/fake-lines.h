/*
 * I2S controllers with buffers as their DMA has them. A test gives what the microphones hear and gets what the speaker
 * plays; wrong use of a channel ends the program.
 */
#ifndef XIAOZHI_FAKE_LINES
#define XIAOZHI_FAKE_LINES
#include <stdint.h>

/* Sample of one slot of a frame of the receiver, in the bits of the line. */
typedef int32_t (*FakeSound)(int slot, uint64_t frame);

void fakeLinesHear(FakeSound sound);
/* Samples of the sender's first slot since the last call, as 32 bits; gives their count. */
int fakeLinesPlayed(int32_t *samples, int room);
/* Whether a sender or a receiver has clocks now. */
int fakeLinesIsSending(void);
int fakeLinesIsReceiving(void);
/* The tasks get no time while this lasts: the lines go on. */
void fakeLinesHoldTasks(int isHeld);
/* The receiver's line is cut: nothing arrives. */
void fakeLinesCut(int isCut);
/* The next call of the driver fails, of those that can; counted from 1. 0: none. */
void fakeLinesFail(int number);
/* Called with the lock of virtual time, each ms. */
void fakeLinesMove(void);
/* Channels that exist. */
int fakeLinesCount(void);

#endif
