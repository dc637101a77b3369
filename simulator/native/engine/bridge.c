/* The globals through which a program reaches Node and Node reaches the program's objects. */
#include "engine.h"

static void throwFromNode(txMachine* the, SimThrown* thrown) {
  char name[32];
  char message[2048];
  snprintf(name, sizeof(name), "%s", thrown->name ? thrown->name : "Error");
  snprintf(message, sizeof(message), "%s", thrown->message ? thrown->message : "");
  free(thrown->name);
  free(thrown->message);
  simThrowError(the, name, message);
}

static void refuseWhilePreloading(txMachine* the, const char* name) {
  SimMachine* machine = the->host;
  if (machine->preloading) simPreloadFault(machine, the, "the host call", name);
}

/* Asks Node's handler with the arguments from the first one on. On return `result` is the caller's to free. */
static void askNode(txMachine* the, int first, SimValue* result) {
  SimMachine* machine = the->host;
  SimValue arguments[SIM_MAX_ARGUMENTS];
  SimThrown thrown = {NULL, NULL};
  SimOutcome outcome;
  int index, count = mxArgc - first;
  refuseWhilePreloading(the, count > 0 ? fxToString(the, mxArgv(first)) : "");
  if (count > SIM_MAX_ARGUMENTS) mxRangeError("%d arguments, at most %d go to the host", count, SIM_MAX_ARGUMENTS);
  for (index = 0; index < count; index++) simValueFromSlot(the, mxArgv(first + index), &arguments[index]);
  for (index = 0; index < count; index++) simValueBorrow(the, mxArgv(first + index), &arguments[index]);
  outcome = machine->callbacks.call(machine->callbacks.owner, count, arguments, result, &thrown);
  /* Node may have entered the machine again and lost it there; then this program must not go on either. */
  if (machine->death != SIM_ALIVE) {
    if (outcome == SIM_OK) simValueFree(result);
    free(thrown.name);
    free(thrown.message);
    simDie(machine, machine->death);
  }
  if (outcome == SIM_THREW) throwFromNode(the, &thrown);
}

static void pushAnswer(txMachine* the, SimValue* answer) {
  {
    mxTry(the) {
      simValuePush(the, answer);
    }
    mxCatch(the) {
      simValueFree(answer);
      fxJump(the);
    }
  }
  simValueFree(answer);
  mxPullSlot(mxResult);
}

/* hostCall(name, ...arguments): what Node's handler returns for it. */
static void hostCall(txMachine* the) {
  SimValue answer;
  askNode(the, 0, &answer);
  pushAnswer(the, &answer);
}

/* hostFill(buffer, name, ...arguments): bytes that Node's handler returns are put there; the answer is their number. */
static void hostFill(txMachine* the) {
  SimValue answer, target;
  if (mxArgc < 1 || !simIsBuffer(mxArgv(0))) mxTypeError("invalid buffer");
  askNode(the, 1, &answer);
  if (answer.kind == SIM_BYTES) {
    size_t length = answer.length;
    simValueFromSlot(the, mxArgv(0), &target);
    simValueBorrow(the, mxArgv(0), &target);
    if (length <= target.length) memcpy(target.bytes, answer.bytes, length);
    simValueFree(&answer);
    if (length > target.length) mxRangeError("%d bytes for a buffer of %d", (int)length, (int)target.length);
    mxResult->kind = XS_INTEGER_KIND;
    mxResult->value.integer = (txInteger)length;
  }
  else
    pushAnswer(the, &answer);
}

/* hostMask(buffer, start): masks what follows the four bytes at `start` with them (RFC 6455, section 5.3). */
static void hostMask(txMachine* the) {
  SimValue target;
  size_t index, start = (mxArgc > 1) ? fxToUnsigned(the, mxArgv(1)) : 0;
  if (mxArgc < 1 || !simIsBuffer(mxArgv(0))) mxTypeError("invalid buffer");
  simValueFromSlot(the, mxArgv(0), &target);
  simValueBorrow(the, mxArgv(0), &target);
  if (start + 4 > target.length) mxRangeError("no mask at %d", (int)start);
  for (index = start + 4; index < target.length; index++)
    target.bytes[index] ^= target.bytes[start + ((index - start) & 3)];
}

/* hostRegister(object): the number under which Node calls its methods. It stays alive until hostRelease. */
static void hostRegister(txMachine* the) {
  SimMachine* machine = the->host;
  SimTarget* target;
  refuseWhilePreloading(the, "register");
  if (mxArgc < 1 || !mxIsReference(mxArgv(0))) mxTypeError("only objects can be registered");
  target = calloc(1, sizeof(SimTarget));
  target->id = ++machine->lastTarget;
  target->object.kind = mxArgv(0)->kind;
  target->object.value = mxArgv(0)->value;
  target->next = machine->targets;
  machine->targets = target;
  fxRemember(the, &target->object);
  mxResult->kind = XS_INTEGER_KIND;
  mxResult->value.integer = target->id;
}

/* hostRelease(id) */
static void hostRelease(txMachine* the) {
  SimMachine* machine = the->host;
  SimTarget** address = &machine->targets;
  txInteger id = (mxArgc > 0) ? fxToInteger(the, mxArgv(0)) : 0;
  for (; *address; address = &(*address)->next) {
    SimTarget* target = *address;
    if (target->id != id) continue;
    *address = target->next;
    fxForget(the, &target->object);
    free(target);
    return;
  }
}

/* trace(...parts): one log line; as on the device, parts are joined without spaces. */
static void traceText(txMachine* the) {
  SimMachine* machine = the->host;
  size_t length = 0, size = 256;
  char* text = malloc(size);
  int index;
  text[0] = 0;
  mxTry(the) {
    for (index = 0; index < mxArgc; index++) {
      const char* part = fxToString(the, mxArgv(index));
      size_t more = strlen(part);
      while (length + more + 1 > size) text = realloc(text, size *= 2);
      memcpy(text + length, part, more + 1);
      length += more;
    }
  }
  mxCatch(the) {
    free(text);
    fxJump(the);
  }
  if (length && text[length - 1] == '\n') text[length - 1] = 0;
  machine->callbacks.log(machine->callbacks.owner, SIM_LOG_TRACE, text);
  free(text);
}

static void collectGarbage(txMachine* the) {
  fxCollectGarbage(the);
}

void simDefineGlobal(txMachine* the, const char* name, txCallback callback, int length) {
  txID id = fxNewNameC(the, (txString)name);
  txSlot* property;
  fxNewHostFunction(the, callback, length, id, XS_NO_ID);
  property = mxBehaviorSetProperty(the, mxGlobal.value.reference, id, 0, XS_OWN);
  property->flag = XS_DONT_ENUM_FLAG;
  property->kind = the->stack->kind;
  property->value = the->stack->value;
  mxPop();
}

/* At the end of the machine; its heap is gone already. */
void simForgetTargets(SimMachine* machine) {
  while (machine->targets) {
    SimTarget* target = machine->targets;
    machine->targets = target->next;
    free(target);
  }
}

void simDefineBridge(txMachine* the) {
  simDefineGlobal(the, "hostCall", hostCall, 1);
  simDefineGlobal(the, "hostFill", hostFill, 2);
  simDefineGlobal(the, "hostMask", hostMask, 2);
  simDefineGlobal(the, "hostRegister", hostRegister, 1);
  simDefineGlobal(the, "hostRelease", hostRelease, 1);
  simDefineGlobal(the, "trace", traceText, 1);
  simDefineGlobal(the, "gc", collectGarbage, 0);
}
