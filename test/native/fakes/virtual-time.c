#include "virtual-time.h"
#include "fake-lines.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* A test whose tasks do not come to rest hangs: it is ended, by the clock on the wall. */
#define PATIENCE_SECONDS 60

pthread_mutex_t timeLock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_cond_t rested = PTHREAD_COND_INITIALIZER;
static int busyTasks;
/* Every change makes all tasks look again; they count as busy until they have. */
static int waitingTasks;
static uint64_t now;
static uint64_t round_;

void timeTaskBegins(void)
{
	busyTasks++;
}

void timeTaskEnds(void)
{
	busyTasks--;
	pthread_cond_signal(&rested);
}

void timeWait(uint64_t deadline)
{
	uint64_t seen = round_;
	if (now >= deadline)
		return;
	busyTasks--;
	waitingTasks++;
	pthread_cond_signal(&rested);
	while (round_ == seen && now < deadline)
		pthread_cond_wait(&changed, &timeLock);
}

/* Whoever changes something makes the waiting tasks busy, not they themselves: so no rest is seen before they ran. */
void timeChanged(void)
{
	round_++;
	busyTasks += waitingTasks;
	waitingTasks = 0;
	pthread_cond_broadcast(&changed);
}

uint64_t timeNow(void)
{
	return now;
}

static void settle(void)
{
	struct timespec limit;
	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += PATIENCE_SECONDS;
	while (busyTasks > 0) {
		if (pthread_cond_timedwait(&rested, &timeLock, &limit) != 0) {
			fprintf(stderr, "%d tasks do not come to rest\n", busyTasks);
			abort();
		}
	}
}

void timeSettle(void)
{
	pthread_mutex_lock(&timeLock);
	settle();
	pthread_mutex_unlock(&timeLock);
}

void timeAdvance(int ms)
{
	int i;
	pthread_mutex_lock(&timeLock);
	settle();
	for (i = 0; i < ms; i++) {
		now++;
		fakeLinesMove();
		timeChanged();
		settle();
	}
	pthread_mutex_unlock(&timeLock);
}
