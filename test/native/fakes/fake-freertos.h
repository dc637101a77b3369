#ifndef XIAOZHI_FAKE_FREERTOS
#define XIAOZHI_FAKE_FREERTOS

/* The chip's own memory has no room for stacks. */
void fakeRefuseInternalStacks(int isRefused);
/* The one with this number, counted from now, finds no memory; 0: none. */
void fakeFailAllocation(int number);

#endif
