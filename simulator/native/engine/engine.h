/* The engine side's own view of a machine; included only by files that know XS types. */
#ifndef XIAOZHI_ENGINE
#define XIAOZHI_ENGINE

#include "xsAll.h"
#include "xsScript.h"

#include "machine.h"

/* One call from Node into the machine. Entries nest when the program calls Node and Node calls back. */
typedef struct SimEntry {
  struct SimEntry* outer;
  txJump* jump; /* the engine's innermost handler when the entry began */
  SimMachine* outerMachine;
  jmp_buf resume;
} SimEntry;

/* Address space of one heap, reserved once, so that the engine's blocks are contiguous and merge into one. */
typedef struct {
  char* base;
  size_t used, size;
} SimArena;

/* An object of the program that Node calls by its number. */
typedef struct SimTarget {
  struct SimTarget* next;
  int32_t id;
  txSlot object;
} SimTarget;

typedef struct SimLines SimLines;

struct SimMachine {
  txMachine* xs;
  SimBundle* bundle;
  SimOptions options;
  SimCallbacks callbacks;
  SimEntry* entry;
  int depth, creating, intrinsicSlots;
  SimDeath death;
  SimArena chunks, slots;
  char* chunksEnd; /* of the budget; NULL before the baseline */
  txSlot watch;    /* marked in every collection */
  txMarkRoot compactingMark;
  int isCompacting;
  double slotBudget, slotsBaseline, chunksBaseline, meterBefore, unhandledErrors;
  uint32_t random;
  double utcOffsetSeconds;
  int preloading;
  const char* preloadingModule;
  char* preloadFault;
  /* The last failed look-up: its code, and its message to tell it from the program's own errors. */
  const char* lookupCode;
  char* lookupMessage;
  int importing, importState;
  txSlot natives; /* object: name -> host function, so that a native has one identity per machine */
  SimTarget* targets;
  int32_t lastTarget;
  SimFailure failure;
  int isCovering;
  txID filesCount;
  SimLines* files; /* by the key of a module's path */
};

typedef void (*SimBody)(SimMachine*, txMachine*, void* data);

typedef struct {
  const char* name;
  txCallback callback;
} SimNative;

typedef struct {
  const char* name;
  txDestructor destructor;
} SimNativeClass;

/* Generated from the device's C files. */
extern const SimNative simNatives[];
extern const SimNativeClass simNativeClasses[];
/* The simulator's own: for twins that cannot be written in the program's language. */
extern const SimNative simOwnNatives[];

SimOutcome simEnter(SimMachine*, SimBody, void* data);
SimMachine* simCurrentMachine(void);
SimMachine* simSetCurrentMachine(SimMachine*);
void simDie(SimMachine*, SimDeath) XS_FUNCTION_NORETURN;

int simArenaOpen(SimArena*, size_t size);
void* simArenaTake(SimArena*, size_t size);
void simArenaClose(SimArena*);

void simFailureClear(SimMachine*);
void simFailureTake(SimMachine*);
void simFailureSet(SimMachine*, const char* code, const char* message, const char* stack);
char* simDescribeFrames(txMachine*);
char* simDescribeException(txMachine*, txSlot* exception);
void simThrowError(txMachine*, const char* name, const char* message) XS_FUNCTION_NORETURN;
void simThrowMissing(SimMachine*, const char* code, const char* message) XS_FUNCTION_NORETURN;

void simValueFromSlot(txMachine*, txSlot*, SimValue*);
void simValueBorrow(txMachine*, txSlot*, SimValue*);
void simValueTake(txMachine*, SimValue*);
void simValuePush(txMachine*, const SimValue*);
void simValueFree(SimValue*);

void simBundleRetain(SimBundle*);
const char* simBundleData(const SimBundle*, const char* name, size_t* length);
void simBundleTakeImage(SimBundle*, SimMachine* image);
SimMachine* simBundleImage(const SimBundle*);
void simBundleLines(const SimBundle*, SimLineVisitor, void* owner);
void simScriptLines(const txScript*, const char* path, SimLineVisitor, void* owner);
void simCoverageEnd(SimMachine*);
int32_t simCodeSize(const txU1* code, const txU1* end);

int simIsBuffer(const txSlot*);
void simDefineBridge(txMachine*);
void simForgetTargets(SimMachine*);
void simDefineNatives(SimMachine*, txMachine*, int hasImage);
void simDefineGlobal(txMachine*, const char* name, txCallback, int length);
void simArmNatives(SimMachine*, txMachine*);
void simPreloadFault(SimMachine*, txMachine*, const char* what, const char* name) XS_FUNCTION_NORETURN;
void simMakeReadOnly(txMachine*);
int simIsFrozen(txMachine*, const txSlot* instance);

#endif
