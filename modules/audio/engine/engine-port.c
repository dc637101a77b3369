/* engine-port.h on FreeRTOS, as ESP-IDF has it. */
#include "engine-port.h"
#include "esp_heap_caps.h"
#include "freertos/FreeRTOS.h"
#include "freertos/idf_additions.h"
#include "freertos/semphr.h"
#include "freertos/task.h"

#define INTERNAL (MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT)
#define EXTERNAL (MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT)

void *portAllocate(size_t bytes)
{
	return heap_caps_calloc(1, bytes, INTERNAL);
}

void *portAllocateLarge(size_t bytes)
{
	void *memory = heap_caps_calloc(1, bytes, EXTERNAL);
	return memory ? memory : heap_caps_calloc(1, bytes, INTERNAL);
}

void portFree(void *memory)
{
	heap_caps_free(memory);
}

PortLock *portLockCreate(void)
{
	return (PortLock *)xSemaphoreCreateMutex();
}

void portLockDelete(PortLock *lock)
{
	if (lock)
		vSemaphoreDelete((SemaphoreHandle_t)lock);
}

void portLock(PortLock *lock)
{
	xSemaphoreTake((SemaphoreHandle_t)lock, portMAX_DELAY);
}

void portUnlock(PortLock *lock)
{
	xSemaphoreGive((SemaphoreHandle_t)lock);
}

struct PortTask {
	TaskHandle_t handle;
	SemaphoreHandle_t ended;
	PortTaskOptions options;
	/* Its stack lies outside the chip. */
	int isExternal;
};

/* A task may not free itself; it waits for the one that joins it. */
static void body(void *context)
{
	PortTask *task = context;
	task->options.run(task->options.owner);
	xSemaphoreGive(task->ended);
	vTaskSuspend(NULL);
}

/* Stacks are faster inside the chip; where its memory is used up, slower is better than silent. */
static int launch(PortTask *task)
{
	const PortTaskOptions *options = &task->options;
	UBaseType_t priority = (UBaseType_t)options->priority;
	uint32_t bytes = (uint32_t)options->stackBytes;
	if (xTaskCreatePinnedToCore(body, options->name, bytes, task, priority, &task->handle, options->core) == pdPASS)
		return 1;
	task->isExternal = 1;
	return xTaskCreatePinnedToCoreWithCaps(body, options->name, bytes, task, priority, &task->handle, options->core,
		       EXTERNAL) == pdPASS;
}

PortTask *portTaskStart(const PortTaskOptions *options)
{
	PortTask *task = portAllocate(sizeof(PortTask));
	if (!task)
		return NULL;
	task->options = *options;
	task->ended = xSemaphoreCreateBinary();
	if (task->ended && launch(task))
		return task;
	if (task->ended)
		vSemaphoreDelete(task->ended);
	portFree(task);
	return NULL;
}

void portTaskWake(PortTask *task)
{
	xTaskNotifyGive(task->handle);
}

void portTaskSleep(void)
{
	ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
}

void portTaskPause(int ms)
{
	vTaskDelay(pdMS_TO_TICKS(ms));
}

void portTaskJoin(PortTask *task)
{
	if (!task)
		return;
	xSemaphoreTake(task->ended, portMAX_DELAY);
	if (task->isExternal)
		vTaskDeleteWithCaps(task->handle);
	else
		vTaskDelete(task->handle);
	vSemaphoreDelete(task->ended);
	portFree(task);
}
