/* The life of a machine: creation, entries from Node, baseline, figures, end. */
#define _GNU_SOURCE
#include "engine.h"

/* No device has more; the address space costs nothing until it is used. */
static const size_t arenaBytes = 64 * 1024 * 1024;

/* Without an image the language's prototypes and constructors occupy the start of the stack. */
static const int intrinsicSlots = mxStackIndexCount - _AggregateError;

static txBoolean checkMeter(txMachine* the, txU4 index) {
  SimMachine* machine = the->host;
  return machine->options.meterLimit == 0 || (double)index <= machine->options.meterLimit;
}

/* The outermost entry also runs what promises have queued, as the device does between two messages. */
static void finishEntry(SimMachine* machine, txMachine* the) {
  if (machine->depth == 1) {
    while (the->promiseJobs) {
      the->promiseJobs = 0;
      fxRunPromiseJobs(the);
    }
  }
  fxEndHost(the);
  if (machine->depth == 1) fxCheckUnhandledRejections(the, 1);
}

static void leaveEntry(SimMachine* machine, SimEntry* entry) {
  if (machine->depth == 1) {
    machine->meterBefore += machine->xs->meterIndex;
    machine->xs->meterIndex = 0;
  }
  machine->depth--;
  machine->entry = entry->outer;
  simSetCurrentMachine(entry->outerMachine);
}

SimOutcome simEnter(SimMachine* machine, SimBody body, void* data) {
  txMachine* the = machine->xs;
  SimEntry entry;
  volatile SimOutcome outcome = SIM_OK;
  if (machine->death != SIM_ALIVE) return SIM_DIED;
  simFailureClear(machine);
  entry.outer = machine->entry;
  entry.jump = the->firstJump;
  entry.outerMachine = simSetCurrentMachine(machine);
  machine->entry = &entry;
  machine->depth++;
  if (setjmp(entry.resume) == 0) {
    fxBeginHost(the);
    {
      mxTry(the) {
        body(machine, the, data);
      }
      mxCatch(the) {
        simFailureTake(machine);
        outcome = SIM_THREW;
      }
    }
    finishEntry(machine, the);
  }
  else
    outcome = SIM_DIED;
  leaveEntry(machine, &entry);
  return outcome;
}

static void initialize(SimMachine* machine, txMachine* the, void* data) {
  const SimMachine* image = data;
  if (!image) simDefineBridge(the);
  simDefineNatives(machine, the, image != NULL);
  fxBeginMetering(the, checkMeter, 10000);
}

SimMachine* simMachineNew(SimBundle* bundle, const char* name, const SimOptions* options,
                          const SimCallbacks* callbacks) {
  SimMachine* machine = calloc(1, sizeof(SimMachine));
  SimMachine* image = simBundleImage(bundle);
  SimMachine* former;
  txCreation creation;
  memset(&creation, 0, sizeof(creation));
  /* With an image the heap only holds what the program makes, so it starts with one step of growth. */
  creation.initialChunkSize = image ? options->chunkIncrementBytes : options->chunkInitialBytes;
  creation.incrementalChunkSize = options->chunkIncrementBytes;
  creation.initialHeapCount = image ? options->slotsIncrement : options->slotsInitial;
  creation.incrementalHeapCount = options->slotsIncrement;
  machine->intrinsicSlots = image ? 0 : intrinsicSlots;
  creation.stackCount = options->stackSlots + machine->intrinsicSlots;
  /* Names of the language and of the modules are in flash on the device; they may grow here until the baseline. */
  creation.initialKeyCount = image ? 1024 : 4096;
  creation.incrementalKeyCount = 1024;
  creation.nameModulo = 1993;
  creation.symbolModulo = 127;
  creation.parserBufferSize = 65536;
  creation.parserTableModulo = 1993;
  machine->options = *options;
  machine->callbacks = *callbacks;
  machine->bundle = bundle;
  machine->slotBudget = -1;
  machine->random = options->seed * 2654435761u + 1013904223u;
  if (!machine->random) machine->random = 1;
  simBundleRetain(bundle);
  if (!simArenaOpen(&machine->chunks, arenaBytes) || !simArenaOpen(&machine->slots, arenaBytes)) {
    machine->death = SIM_OUT_OF_SLOTS;
    return machine;
  }
  machine->creating = 1;
  former = simSetCurrentMachine(machine);
  if (image) machine->xs = fxCloneMachine(&creation, image->xs, (txString)name, machine);
  else machine->xs = fxCreateMachine(&creation, (txString)name, machine, XS_NO_ID);
  simSetCurrentMachine(former);
  machine->creating = 0;
  if (!machine->xs) {
    if (machine->death == SIM_ALIVE) machine->death = SIM_ENGINE_FAULT;
    return machine;
  }
  simEnter(machine, initialize, image);
  return machine;
}

void simMachineDelete(SimMachine* machine) {
  SimMachine* former = simSetCurrentMachine(machine);
  if (machine->xs) fxDeleteMachine(machine->xs);
  simSetCurrentMachine(former == machine ? NULL : former);
  simArenaClose(&machine->chunks);
  simArenaClose(&machine->slots);
  simForgetTargets(machine);
  simFailureClear(machine);
  simCoverageEnd(machine);
  simBundleRelease(machine->bundle);
  free(machine->preloadFault);
  free(machine->lookupMessage);
  free(machine);
}

typedef struct {
  const char* text;
  int32_t id;
  int count;
  const SimValue* arguments;
  SimValue* result;
} Request;

static void evaluate(SimMachine* machine, txMachine* the, void* data) {
  Request* request = data;
  txStringCStream stream;
  txSlot* realm = mxProgram.value.reference->next->value.module.realm;
  (void)machine;
  stream.buffer = (txString)request->text;
  stream.offset = 0;
  stream.size = (txSize)strlen(request->text);
  fxRunScript(the, fxParseScript(the, &stream, fxStringCGetter, mxProgramFlag | mxDebugFlag), mxRealmGlobal(realm),
              C_NULL, mxRealmClosures(realm)->value.reference, C_NULL, mxProgram.value.reference);
  simValueTake(the, request->result);
  mxPop();
}

SimOutcome simEvaluate(SimMachine* machine, const char* source, SimValue* result) {
  Request request = {source, 0, 0, NULL, result};
  memset(result, 0, sizeof(*result));
  return simEnter(machine, evaluate, &request);
}

static void importFulfilled(txMachine* the) {
  ((SimMachine*)the->host)->importState = 1;
}

/* A module that awaits something at its top level may fail after the import has returned; then there is only the log. */
static void importRejected(txMachine* the) {
  SimMachine* machine = the->host;
  if (machine->importing) {
    mxException = *mxArgv(0);
    simFailureTake(machine);
    machine->importState = 2;
  }
  else {
    char* text = simDescribeException(the, mxArgv(0));
    machine->unhandledErrors++;
    machine->callbacks.log(machine->callbacks.owner, SIM_LOG_ERROR, text);
    free(text);
  }
}

static void importModule(SimMachine* machine, txMachine* the, void* data) {
  txSlot* realm = mxProgram.value.reference->next->value.module.realm;
  (void)machine;
  mxPushStringC((txString)data);
  fxRunImport(the, realm, XS_NO_ID);
  mxDub();
  fxGetID(the, mxID(_then));
  mxCall();
  fxNewHostFunction(the, importFulfilled, 1, XS_NO_ID, XS_NO_ID);
  fxNewHostFunction(the, importRejected, 1, XS_NO_ID, XS_NO_ID);
  mxRunCount(2);
  mxPop();
}

SimOutcome simImport(SimMachine* machine, const char* specifier, int preloading) {
  SimOutcome outcome;
  machine->importState = 0;
  machine->importing = 1;
  machine->preloading = preloading;
  machine->preloadingModule = preloading ? specifier : NULL;
  outcome = simEnter(machine, importModule, (void*)specifier);
  machine->importing = 0;
  machine->preloading = 0;
  machine->preloadingModule = NULL;
  if (machine->preloadFault) {
    simFailureSet(machine, "preload", machine->preloadFault, NULL);
    return SIM_THREW;
  }
  if (outcome == SIM_OK && machine->importState == 2) return SIM_THREW;
  return outcome;
}

static void finishPreload(SimMachine* machine, txMachine* the, void* data) {
  (void)data;
  simArmNatives(machine, the);
  simMakeReadOnly(the);
}

SimOutcome simFinishPreload(SimMachine* machine) {
  SimOutcome outcome = simEnter(machine, finishPreload, NULL);
  if (!machine->preloadFault) return outcome;
  simFailureSet(machine, "preload", machine->preloadFault, NULL);
  return SIM_THREW;
}

static const txSlot* findTarget(const SimMachine* machine, int32_t id) {
  const SimTarget* target;
  for (target = machine->targets; target; target = target->next)
    if (target->id == id) return &target->object;
  return NULL;
}

static void notify(SimMachine* machine, txMachine* the, void* data) {
  Request* request = data;
  const txSlot* object = findTarget(machine, request->id);
  txID method;
  int index;
  if (!object) return;
  mxPushSlot(object);
  mxDub();
  method = fxFindName(the, (txString)request->text);
  if (method != XS_NO_ID) mxGetID(method);
  if (method == XS_NO_ID || !fxIsCallable(the, the->stack))
    mxTypeError("host: %d has no method %s", (int)request->id, request->text);
  mxCall();
  for (index = 0; index < request->count; index++) simValuePush(the, &request->arguments[index]);
  mxRunCount(request->count);
  simValueTake(the, request->result);
  mxPop();
}

SimOutcome simNotify(SimMachine* machine, int32_t id, const char* method, int count, const SimValue* arguments,
                     SimValue* result) {
  Request request = {method, id, count, arguments, result};
  memset(result, 0, sizeof(*result));
  return simEnter(machine, notify, &request);
}

static void collect(SimMachine* machine, txMachine* the, void* data) {
  (void)machine;
  (void)data;
  fxCollectGarbage(the);
}

SimOutcome simCollect(SimMachine* machine) {
  return simEnter(machine, collect, NULL);
}

void simStop(SimMachine* machine) {
  if (machine->death == SIM_ALIVE) machine->death = SIM_STOPPED;
}

void simSetUtcOffset(SimMachine* machine, double seconds) {
  machine->utcOffsetSeconds = seconds;
}

SimDeath simDeath(const SimMachine* machine) {
  return machine->death;
}

int simDepth(const SimMachine* machine) {
  return machine->depth;
}

const SimFailure* simFailure(const SimMachine* machine) {
  return &machine->failure;
}
