/*
 * The seam between the engine side (XS types) and the addon side (node_api types): neither's headers appear here.
 * The two cannot share a C file because XS leaves functions by longjmp, which must never cross an open Node handle scope.
 */
#ifndef XIAOZHI_MACHINE
#define XIAOZHI_MACHINE

#include <stddef.h>
#include <stdint.h>

typedef struct SimMachine SimMachine;
typedef struct SimBundle SimBundle;

typedef enum {
  SIM_UNDEFINED,
  SIM_NULL,
  SIM_BOOLEAN,
  SIM_INTEGER,
  SIM_NUMBER,
  SIM_STRING,
  SIM_BYTES,
  SIM_JSON, /* text of a value that has no kind of its own here */
} SimKind;

/* A value on its way between the two heaps. `bytes` is borrowed unless `owned`; strings are UTF-8, not terminated. */
typedef struct {
  SimKind kind;
  int owned;
  int32_t integer;
  double number;
  char* bytes;
  size_t length;
} SimValue;

#define SIM_MAX_ARGUMENTS 16

typedef struct {
  int32_t chunkInitialBytes, chunkIncrementBytes;
  int32_t slotsInitial, slotsIncrement;
  int32_t stackSlots;
  int32_t keysInitial, keysIncrement;
  double meterLimit; /* 0: none */
  uint32_t seed;
  const char* debugger; /* "address:port", or NULL; only read while the machine is created */
} SimOptions;

/* Why a machine may not run any more. The names that TypeScript sees are in addon/callbacks.c, in this order. */
typedef enum {
  SIM_ALIVE,
  SIM_OUT_OF_SLOTS,
  SIM_OUT_OF_CHUNKS,
  SIM_STACK_OVERFLOW,
  SIM_TOO_MUCH_COMPUTATION,
  SIM_OUT_OF_KEYS,
  SIM_ENGINE_FAULT,
  SIM_STOPPED,
} SimDeath;

typedef enum { SIM_OK, SIM_THREW, SIM_DIED } SimOutcome;

/* What the last entry that did not end well left behind; all strings may be NULL. */
typedef struct {
  const char* code; /* NULL for an ordinary exception of the program */
  char* name;
  char* message;
  char* stack;
} SimFailure;

typedef struct {
  double chunkBytes, chunkPeakBytes, chunkReservedBytes, chunkBaselineBytes;
  double slots, slotsPeak, slotsReserved, slotsBaseline, slotBytes;
  double stackPeakSlots, stackSlots;
  double keys, collections, parserPeakBytes, meter, unhandledErrors;
} SimStats;

typedef enum { SIM_LOG_TRACE, SIM_LOG_ERROR } SimLogLevel;

typedef struct {
  char* name; /* of the error class */
  char* message;
} SimThrown;

/* Node's side of a machine. None of these may longjmp; `call` returns SIM_THREW with `thrown` filled (malloc'ed). */
typedef struct {
  SimOutcome (*call)(void* owner, int count, SimValue* arguments, SimValue* result, SimThrown* thrown);
  void (*log)(void* owner, SimLogLevel level, const char* text);
  double (*now)(void* owner); /* ms since the epoch */
  void* owner;
} SimCallbacks;

/* Given a line of a module, and how often it has run. */
typedef void (*SimLineVisitor)(void* owner, const char* path, int32_t line, uint32_t count);

SimBundle* simBundleNew(size_t count);
void simBundleAdd(SimBundle*, const char* specifier, const char* source, size_t length, const char* path);
/* A file that the program reads by name; its bytes are copied. */
void simBundleAddData(SimBundle*, const char* name, const void* bytes, size_t length);
void simBundleSeal(SimBundle*);
void simBundleRelease(SimBundle*);

SimMachine* simMachineNew(SimBundle*, const char* name, const SimOptions*, const SimCallbacks*);
void simMachineDelete(SimMachine*);

SimOutcome simEvaluate(SimMachine*, const char* source, SimValue* result);
SimOutcome simImport(SimMachine*, const char* specifier, int preloading);
SimOutcome simFinishPreload(SimMachine*);
/* Calls a method of what the program registered under this number; nothing happens when it was released. */
SimOutcome simNotify(SimMachine*, int32_t id, const char* method, int count, const SimValue* arguments, SimValue* result);
SimOutcome simCollect(SimMachine*);
/*
 * Gives the machine to its bundle: all later machines of the bundle start with what it has loaded, and share it.
 * Answers 0 when the bundle has an image already, or when the machine is running or dead.
 */
int simShareMachine(SimMachine*);
/* The heap now is the baseline; a budget below 0 means no limit. */
SimOutcome simSealBaseline(SimMachine*, double chunkBudgetBytes, double slotBudget);

/* Counts lines from now on. */
SimOutcome simCoverageStart(SimMachine*);
/* All lines of the modules parsed so far with zero, then those that have run with their counts. */
void simCoverageRead(SimMachine*, SimLineVisitor, void* owner);

/* Ends the program at its next call of the host; used when a machine is closed from inside such a call. */
void simStop(SimMachine*);
void simSetUtcOffset(SimMachine*, double seconds);
void simReadStats(SimMachine*, SimStats*);
SimDeath simDeath(const SimMachine*);
int simDepth(const SimMachine*);
const SimFailure* simFailure(const SimMachine*);

#endif
