/* What XS asks of its platform: memory with caps, the C stack's limit, time, chance and the end of a machine. */
#define _GNU_SOURCE
#include "engine.h"

#include <sys/mman.h>

/* Date and Math.random have no machine parameter, so the running machine is kept per thread. */
static __thread SimMachine* currentMachine = NULL;
static __thread char* stackLimit = NULL;

SimMachine* simCurrentMachine(void) {
  return currentMachine;
}

SimMachine* simSetCurrentMachine(SimMachine* machine) {
  SimMachine* former = currentMachine;
  currentMachine = machine;
  return former;
}

int simTimeOfDay(struct timeval* value, void* zone) {
  SimMachine* machine = currentMachine;
  double ms;
  (void)zone;
  if (!machine) return gettimeofday(value, NULL);
  ms = machine->callbacks.now(machine->callbacks.owner);
  value->tv_sec = (time_t)floor(ms / 1000);
  value->tv_usec = (suseconds_t)((ms - (double)value->tv_sec * 1000) * 1000);
  return 0;
}

/* A device has no time zone files: local time is UTC plus an offset that the program sets. */
struct tm* simLocalTime(const time_t* time) {
  static __thread struct tm local;
  time_t shifted = *time + (currentMachine ? (time_t)currentMachine->utcOffsetSeconds : 0);
  gmtime_r(&shifted, &local);
  return &local;
}

time_t simMakeTime(struct tm* local) {
  return timegm(local) - (currentMachine ? (time_t)currentMachine->utcOffsetSeconds : 0);
}

/* xorshift32: small, and the same on every host, so that a seed means the same run everywhere. */
int simRandom(void) {
  SimMachine* machine = currentMachine;
  uint32_t x;
  if (!machine) return rand();
  x = machine->random;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  machine->random = x;
  return (int)(x & RAND_MAX);
}

/*
 * V8 refuses to run JavaScript about 1 MB below the top of the main thread's stack. The engine stops earlier, so that
 * a program which calls Node from deep inside meets the engine's stack check, not a RangeError of V8.
 */
char* fxCStackLimit() {
  const size_t reach = 900 * 1024;
  char here;
  if (stackLimit) return stackLimit;
  stackLimit = &here - reach;
#if mxLinux
  {
    /* Threads that were given little stack end earlier. */
    const size_t margin = 256 * 1024;
    pthread_attr_t attributes;
    void* address;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
      if (pthread_attr_getstack(&attributes, &address, &size) == 0 && (char*)address + margin > stackLimit)
        stackLimit = (char*)address + margin;
      pthread_attr_destroy(&attributes);
    }
  }
#endif
  return stackLimit;
}

int simArenaOpen(SimArena* arena, size_t size) {
  void* base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) return 0;
#ifdef MADV_NOHUGEPAGE
  /* Huge pages would make every small machine cost 2 MB a heap. */
  madvise(base, size, MADV_NOHUGEPAGE);
#endif
  arena->base = base;
  arena->used = 0;
  arena->size = size;
  return 1;
}

void simArenaClose(SimArena* arena) {
  if (arena->base) munmap(arena->base, arena->size);
  arena->base = NULL;
}

void* simArenaTake(SimArena* arena, size_t size) {
  void* result = arena->base + arena->used;
  if (!arena->base || arena->used + size > arena->size) return C_NULL;
  arena->used += size;
  return result;
}

txSlot* fxAllocateSlots(txMachine* the, txSize count) {
  return simArenaTake(&((SimMachine*)the->host)->slots, (size_t)count * sizeof(txSlot));
}

/* The arenas go as a whole when the machine does. */
void fxFreeChunks(txMachine* the, void* chunks) {
  (void)the;
  (void)chunks;
}

void fxFreeSlots(txMachine* the, void* slots) {
  (void)the;
  (void)slots;
}

void fxCreateMachinePlatform(txMachine* the) {
  the->host = the->context;
  the->connection = -1;
}

void fxDeleteMachinePlatform(txMachine* the) {
  (void)the;
}

void fxQueuePromiseJobs(txMachine* the) {
  the->promiseJobs = 1;
}

/*
 * Unwinds to the innermost entry. The engine's own way out would unwind to the outermost handler, across the frames of
 * Node when the program had called Node and Node had called back.
 */
void simDie(SimMachine* machine, SimDeath death) {
  txMachine* the = machine->xs;
  txJump* jump = the->firstJump;
  char* frames;
  if (machine->death == SIM_ALIVE) {
    machine->death = death;
    frames = simDescribeFrames(the);
    simFailureSet(machine, NULL, NULL, frames);
    free(frames);
  }
  while (jump && jump != machine->entry->jump) {
    txJump* next = jump->nextJump;
    if (jump->flag) c_free(jump);
    jump = next;
  }
  the->firstJump = machine->entry->jump;
  longjmp(machine->entry->resume, 1);
}

static SimDeath deathOf(txMachine* the, int status) {
  switch (status) {
    case XS_NOT_ENOUGH_MEMORY_EXIT:
      return the->freeHeap ? SIM_OUT_OF_CHUNKS : SIM_OUT_OF_SLOTS;
    case XS_STACK_OVERFLOW_EXIT:
      return SIM_STACK_OVERFLOW;
    case XS_TOO_MUCH_COMPUTATION_EXIT:
      return SIM_TOO_MUCH_COMPUTATION;
    case XS_NO_MORE_KEYS_EXIT:
      return SIM_OUT_OF_KEYS;
    default:
      return SIM_ENGINE_FAULT;
  }
}

/* An error that no one caught is logged and the machine goes on; everything else ends the machine. */
void fxAbort(txMachine* the, int status) {
  SimMachine* machine = the->host;
  if (status == XS_UNHANDLED_EXCEPTION_EXIT || status == XS_UNHANDLED_REJECTION_EXIT) {
    char* text;
    mxPush(mxException);
    mxException = mxUndefined;
    text = simDescribeException(the, the->stack);
    mxPop();
    machine->unhandledErrors++;
    machine->callbacks.log(machine->callbacks.owner, SIM_LOG_ERROR, text);
    free(text);
    return;
  }
  if (machine->creating || !machine->entry) {
    /* Machine creation has a handler of its own and answers NULL. */
    machine->death = deathOf(the, status);
    fxExitToHost(the);
  }
  simDie(machine, deathOf(the, status));
}
