#ifndef XIAOZHI_FAKE_FREERTOS
#define XIAOZHI_FAKE_FREERTOS

/* The chip's own memory has no room for stacks. */
void fakeRefuseInternalStacks(int isRefused);
/* Of the task of this name: how much of its stack it has used, once it was deleted. */
void fakeWatchStack(const char *name);
int fakeStackBytes(void);
/* The one with this number, counted from now, finds no memory; 0: none. */
void fakeFailAllocation(int number);

#endif
