/*
 * Time for tasks that are threads: it advances only when all of them wait, so that a test gives the same result on a
 * slow machine and under a sanitizer. A lock of short duration is no waiting.
 */
#ifndef XIAOZHI_VIRTUAL_TIME
#define XIAOZHI_VIRTUAL_TIME
#include <pthread.h>
#include <stdint.h>

/* Guards all that the fakes share. */
extern pthread_mutex_t timeLock;

/* A task begins, or ends; called with the lock. */
void timeTaskBegins(void);
void timeTaskEnds(void);
/* Called with the lock by a task: waits until something has changed, or until `deadline`. */
void timeWait(uint64_t deadline);
/* Something has changed; called with the lock. */
void timeChanged(void);
/* ms; called with the lock. */
uint64_t timeNow(void);
#define TIME_NEVER UINT64_MAX

/* Waits until all tasks wait. Called by the test, without the lock. */
void timeSettle(void);
/* Advances by 1 ms and lets the lines move, again and again; settles between. */
void timeAdvance(int ms);

#endif
