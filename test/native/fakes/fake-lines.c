#include "fake-lines.h"
#include "fake-channel.h"
#include "virtual-time.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLAYED_ROOM (48000 * 70)

i2s_chan_handle_t fakeChannels[MAX_CHANNELS];
int fakeAreHeld;
static FakeSound hear;
static int32_t played[PLAYED_ROOM];
static int playedCount;
static int isCut, failing, calls;

void fakeWrong(const char *what)
{
	fprintf(stderr, "wrong use of I2S: %s\n", what);
	abort();
}

int fakeCallFails(void)
{
	return failing > 0 && ++calls == failing;
}

void fakeLinesFail(int number)
{
	pthread_mutex_lock(&timeLock);
	failing = number;
	calls = 0;
	pthread_mutex_unlock(&timeLock);
}

int fakeFrameBytes(i2s_chan_handle_t channel)
{
	return channel->slots * channel->bits / 8;
}

int fakeRoom(i2s_chan_handle_t channel)
{
	return (channel->buffers - 1) * channel->frames * fakeFrameBytes(channel);
}

void fakeLinesHear(FakeSound sound)
{
	pthread_mutex_lock(&timeLock);
	hear = sound;
	pthread_mutex_unlock(&timeLock);
}

void fakeLinesHoldTasks(int isHeld)
{
	pthread_mutex_lock(&timeLock);
	fakeAreHeld = isHeld;
	timeChanged();
	pthread_mutex_unlock(&timeLock);
}

void fakeLinesCut(int isLineCut)
{
	pthread_mutex_lock(&timeLock);
	isCut = isLineCut;
	pthread_mutex_unlock(&timeLock);
}

int fakeLinesPlayed(int32_t *samples, int room)
{
	int count;
	pthread_mutex_lock(&timeLock);
	count = playedCount < room ? playedCount : room;
	memcpy(samples, played, sizeof(int32_t) * (size_t)count);
	playedCount = 0;
	pthread_mutex_unlock(&timeLock);
	return count;
}

static int countRunning(int isSender)
{
	int i, count = 0;
	pthread_mutex_lock(&timeLock);
	for (i = 0; i < MAX_CHANNELS; i++)
		if (fakeChannels[i] && fakeChannels[i]->isSender == isSender && fakeChannels[i]->state == RUNNING)
			count++;
	pthread_mutex_unlock(&timeLock);
	return count;
}

int fakeLinesIsSending(void)
{
	return countRunning(1);
}

int fakeLinesIsReceiving(void)
{
	return countRunning(0);
}

int fakeLinesCount(void)
{
	int i, count = 0;
	pthread_mutex_lock(&timeLock);
	for (i = 0; i < MAX_CHANNELS; i++)
		count += fakeChannels[i] != NULL;
	pthread_mutex_unlock(&timeLock);
	return count;
}

static void putSample(i2s_chan_handle_t channel, int slot, uint8_t *at)
{
	int32_t sample = hear ? hear(slot, channel->frame) : 0;
	int16_t narrow = (int16_t)sample;
	if (channel->bits == 16)
		memcpy(at, &narrow, sizeof(narrow));
	else
		memcpy(at, &sample, sizeof(sample));
}

/* A buffer is full of sound; without room the oldest one is lost. */
static void receive(i2s_chan_handle_t channel)
{
	int bytes = channel->frames * fakeFrameBytes(channel), frame, slot;
	if (channel->used + bytes > fakeRoom(channel)) {
		memmove(channel->data, channel->data + bytes, (size_t)(channel->used - bytes));
		channel->used -= bytes;
		if (channel->callbacks.on_recv_q_ovf)
			channel->callbacks.on_recv_q_ovf(channel, NULL, channel->context);
	}
	for (frame = 0; frame < channel->frames; frame++, channel->frame++)
		for (slot = 0; slot < channel->slots; slot++, channel->used += channel->bits / 8)
			putSample(channel, slot, channel->data + channel->used);
}

static int32_t sampleAt(i2s_chan_handle_t channel, int frame)
{
	int16_t narrow;
	int32_t wide;
	const uint8_t *at = channel->data + frame * fakeFrameBytes(channel);
	if (channel->bits == 16) {
		memcpy(&narrow, at, sizeof(narrow));
		return narrow;
	}
	memcpy(&wide, at, sizeof(wide));
	return wide;
}

/* A buffer is played; what is not there is silence. */
static void send(i2s_chan_handle_t channel)
{
	int have = channel->used / fakeFrameBytes(channel), frame;
	int taken = have < channel->frames ? have : channel->frames;
	if (channel->slots == 2 && have > 0 && memcmp(channel->data, channel->data + channel->bits / 8, (size_t)channel->bits / 8) != 0)
		fakeWrong("a speaker with different sound left and right");
	for (frame = 0; frame < channel->frames; frame++)
		if (playedCount < PLAYED_ROOM)
			played[playedCount++] = frame < have ? sampleAt(channel, frame) : 0;
	memmove(channel->data, channel->data + taken * fakeFrameBytes(channel), (size_t)(channel->used - taken * fakeFrameBytes(channel)));
	channel->used -= taken * fakeFrameBytes(channel);
	channel->missed = taken < channel->frames ? channel->missed + 1 : 0;
	if (channel->missed >= channel->buffers && channel->callbacks.on_send_q_ovf)
		channel->callbacks.on_send_q_ovf(channel, NULL, channel->context);
}

void fakeLinesMove(void)
{
	int i;
	for (i = 0; i < MAX_CHANNELS; i++) {
		i2s_chan_handle_t channel = fakeChannels[i];
		if (!channel || channel->state != RUNNING)
			continue;
		channel->due += channel->rate;
		for (; channel->due >= (int64_t)channel->frames * 1000; channel->due -= (int64_t)channel->frames * 1000) {
			if (channel->isSender)
				send(channel);
			else if (!isCut)
				receive(channel);
		}
	}
}
