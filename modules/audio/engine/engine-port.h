/*
 * What the engine asks of the system it runs on: memory, locks and tasks. engine-port.c gives it on FreeRTOS.
 * Values that two tasks share are behind a lock, or are written by one of them alone and read by atomic_load: memory
 * outside the chip has no atomic read-modify-write.
 */
#ifndef XIAOZHI_ENGINE_PORT
#define XIAOZHI_ENGINE_PORT
#include <stddef.h>

/* Zeroed; in the chip's own memory. NULL when there is none. */
void *portAllocate(size_t bytes);
/* Zeroed; in the memory outside the chip where there is some. */
void *portAllocateLarge(size_t bytes);
void portFree(void *memory);

typedef struct PortLock PortLock;
PortLock *portLockCreate(void);
void portLockDelete(PortLock *lock);
void portLock(PortLock *lock);
void portUnlock(PortLock *lock);

typedef struct PortTask PortTask;
typedef struct {
	const char *name;
	/* Runs in the task; the task ends when it returns. */
	void (*run)(void *owner);
	void *owner;
	int stackBytes;
	int priority;
	int core;
} PortTaskOptions;

/* NULL without memory. */
PortTask *portTaskStart(const PortTaskOptions *options);
/* Ends a `portTaskSleep` of the task, or the next one. */
void portTaskWake(PortTask *task);
/* Of the task that calls it. */
void portTaskSleep(void);
/* Of the task that calls it, too. */
void portTaskPause(int ms);
/* Waits until the task has ended, and frees it. */
void portTaskJoin(PortTask *task);

#endif
