/* FreeRTOS on threads: tasks, notifications, semaphores. Priorities and cores mean nothing here. */
#include "esp_heap_caps.h"
#include "fake-freertos.h"
#include "freertos/idf_additions.h"
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "virtual-time.h"
#include <stdlib.h>
#include <string.h>

/* Stacks of a device are too small for a host's libraries and its sanitizers. */
#define STACK_BYTES (1536 * 1024)

/* What a thread's stack is filled with, to see how much of it was used. */
#define PAINT 0xa5

struct tskTaskControlBlock {
	pthread_t thread;
	const char *name;
	uint8_t *stack;
	size_t stackBytes;
	TaskFunction_t run;
	void *context;
	int notes;
	int isDeleted;
};

struct QueueDefinition {
	int isMutex;
	int count;
	pthread_mutex_t mutex;
};

static __thread TaskHandle_t currentTask;
static const char *watchedName;
static int watchedBytes;
static int internalStacks = 1;
static int failingAllocation;
static int allocations;

void fakeRefuseInternalStacks(int isRefused)
{
	internalStacks = !isRefused;
}

void fakeFailAllocation(int number)
{
	pthread_mutex_lock(&timeLock);
	failingAllocation = number;
	allocations = 0;
	pthread_mutex_unlock(&timeLock);
}

static int mayAllocate(void)
{
	int isRefused;
	pthread_mutex_lock(&timeLock);
	isRefused = failingAllocation > 0 && ++allocations == failingAllocation;
	pthread_mutex_unlock(&timeLock);
	return !isRefused;
}

void *heap_caps_calloc(size_t n, size_t size, uint32_t caps)
{
	(void)caps;
	return mayAllocate() ? calloc(n, size) : NULL;
}

void heap_caps_free(void *ptr)
{
	free(ptr);
}

static void *taskBody(void *context)
{
	currentTask = context;
	currentTask->run(currentTask->context);
	abort();
}

void fakeWatchStack(const char *name)
{
	watchedName = name;
	watchedBytes = 0;
}

int fakeStackBytes(void)
{
	return watchedBytes;
}

/* A sanitizer has marks of its own on a stack that is gone. */
__attribute__((no_sanitize("address", "thread"))) static void measureStack(TaskHandle_t task)
{
	size_t untouched = 0;
	if (!watchedName || strcmp(task->name, watchedName) != 0)
		return;
	while (task->stack[untouched] == PAINT)
		untouched++;
	watchedBytes = (int)(task->stackBytes - untouched);
}

static BaseType_t createTask(TaskHandle_t task)
{
	pthread_attr_t attributes;
	int result;
	task->stackBytes = STACK_BYTES;
	task->stack = aligned_alloc(4096, task->stackBytes);
	memset(task->stack, PAINT, task->stackBytes);
	pthread_attr_init(&attributes);
	pthread_attr_setstack(&attributes, task->stack, task->stackBytes);
	pthread_mutex_lock(&timeLock);
	timeTaskBegins();
	pthread_mutex_unlock(&timeLock);
	result = pthread_create(&task->thread, &attributes, taskBody, task);
	pthread_attr_destroy(&attributes);
	return result == 0 ? pdPASS : pdFAIL;
}

BaseType_t xTaskCreatePinnedToCoreWithCaps(TaskFunction_t pvTaskCode, const char *const pcName,
	const uint32_t usStackDepth, void *const pvParameters, UBaseType_t uxPriority, TaskHandle_t *const pvCreatedTask,
	const BaseType_t xCoreID, UBaseType_t uxMemoryCaps)
{
	TaskHandle_t task;
	(void)usStackDepth;
	(void)uxPriority;
	(void)xCoreID;
	(void)uxMemoryCaps;
	if (!mayAllocate())
		return pdFAIL;
	task = calloc(1, sizeof(*task));
	task->run = pvTaskCode;
	task->name = pcName;
	task->context = pvParameters;
	*pvCreatedTask = task;
	return createTask(task);
}

BaseType_t xTaskCreatePinnedToCore(TaskFunction_t pxTaskCode, const char *const pcName, const uint32_t ulStackDepth,
	void *const pvParameters, UBaseType_t uxPriority, TaskHandle_t *const pxCreatedTask, const BaseType_t xCoreID)
{
	if (!internalStacks)
		return pdFAIL;
	return xTaskCreatePinnedToCoreWithCaps(pxTaskCode, pcName, ulStackDepth, pvParameters, uxPriority, pxCreatedTask,
		xCoreID, MALLOC_CAP_INTERNAL);
}

void vTaskDelete(TaskHandle_t task)
{
	pthread_mutex_lock(&timeLock);
	task->isDeleted = 1;
	timeChanged();
	pthread_mutex_unlock(&timeLock);
	pthread_join(task->thread, NULL);
	measureStack(task);
	free(task->stack);
	free(task);
}

void vTaskDeleteWithCaps(TaskHandle_t task)
{
	vTaskDelete(task);
}

/* Only a task itself, and for ever: until it is deleted. */
void vTaskSuspend(TaskHandle_t task)
{
	if (task)
		abort();
	pthread_mutex_lock(&timeLock);
	while (!currentTask->isDeleted)
		timeWait(TIME_NEVER);
	timeTaskEnds();
	pthread_mutex_unlock(&timeLock);
	pthread_exit(NULL);
}

void vTaskDelay(const TickType_t ticks)
{
	uint64_t end;
	pthread_mutex_lock(&timeLock);
	end = timeNow() + ticks;
	while (timeNow() < end)
		timeWait(end);
	pthread_mutex_unlock(&timeLock);
}

BaseType_t xTaskNotifyGive(TaskHandle_t task)
{
	pthread_mutex_lock(&timeLock);
	task->notes++;
	timeChanged();
	pthread_mutex_unlock(&timeLock);
	return pdPASS;
}

uint32_t ulTaskNotifyTake(BaseType_t isCleared, TickType_t ticks)
{
	int notes;
	if (ticks != portMAX_DELAY || !isCleared)
		abort();
	pthread_mutex_lock(&timeLock);
	while (currentTask->notes == 0)
		timeWait(TIME_NEVER);
	notes = currentTask->notes;
	currentTask->notes = 0;
	pthread_mutex_unlock(&timeLock);
	return (uint32_t)notes;
}

static SemaphoreHandle_t createSemaphore(int isMutex)
{
	SemaphoreHandle_t semaphore;
	if (!mayAllocate())
		return NULL;
	semaphore = calloc(1, sizeof(*semaphore));
	semaphore->isMutex = isMutex;
	pthread_mutex_init(&semaphore->mutex, NULL);
	return semaphore;
}

SemaphoreHandle_t xSemaphoreCreateMutex(void)
{
	return createSemaphore(1);
}

SemaphoreHandle_t xSemaphoreCreateBinary(void)
{
	return createSemaphore(0);
}

/* The test itself may wait for a task, too, which is no task: then time goes on. */
static void takeBinary(SemaphoreHandle_t semaphore)
{
	pthread_mutex_lock(&timeLock);
	while (semaphore->count == 0) {
		if (currentTask) {
			timeWait(TIME_NEVER);
			continue;
		}
		pthread_mutex_unlock(&timeLock);
		timeAdvance(1);
		pthread_mutex_lock(&timeLock);
	}
	semaphore->count = 0;
	pthread_mutex_unlock(&timeLock);
}

BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t ticks)
{
	if (ticks != portMAX_DELAY)
		abort();
	if (semaphore->isMutex)
		pthread_mutex_lock(&semaphore->mutex);
	else
		takeBinary(semaphore);
	return pdTRUE;
}

BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore)
{
	if (semaphore->isMutex) {
		pthread_mutex_unlock(&semaphore->mutex);
		return pdTRUE;
	}
	pthread_mutex_lock(&timeLock);
	semaphore->count = 1;
	timeChanged();
	pthread_mutex_unlock(&timeLock);
	return pdTRUE;
}

void vSemaphoreDelete(SemaphoreHandle_t semaphore)
{
	pthread_mutex_destroy(&semaphore->mutex);
	free(semaphore);
}
