/* The globals through which a program reaches Node: hostCall, hostHandler and trace. */
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

/* hostCall(name, ...arguments): what Node's handler returns for it. */
static void hostCall(txMachine* the) {
  SimMachine* machine = the->host;
  SimValue arguments[SIM_MAX_ARGUMENTS], result;
  SimThrown thrown = {NULL, NULL};
  SimOutcome outcome;
  int index, count = mxArgc;
  if (machine->preloading)
    simPreloadFault(machine, the, "the host call", count ? fxToString(the, mxArgv(0)) : "");
  if (count > SIM_MAX_ARGUMENTS) mxRangeError("%d arguments, at most %d go to the host", count, SIM_MAX_ARGUMENTS);
  for (index = 0; index < count; index++) simValueFromSlot(the, mxArgv(index), &arguments[index]);
  for (index = 0; index < count; index++) simValueBorrow(the, mxArgv(index), &arguments[index]);
  outcome = machine->callbacks.call(machine->callbacks.owner, count, arguments, &result, &thrown);
  /* Node may have entered the machine again and lost it there; then this program must not go on either. */
  if (machine->death != SIM_ALIVE) {
    if (outcome == SIM_OK) simValueFree(&result);
    free(thrown.name);
    free(thrown.message);
    simDie(machine, machine->death);
  }
  if (outcome == SIM_THREW) throwFromNode(the, &thrown);
  {
    mxTry(the) {
      simValuePush(the, &result);
    }
    mxCatch(the) {
      simValueFree(&result);
      fxJump(the);
    }
  }
  simValueFree(&result);
  mxPullSlot(mxResult);
}

/* hostHandler(function): from now on Node's notifications are given to it. */
static void hostHandler(txMachine* the) {
  SimMachine* machine = the->host;
  if (machine->preloading) simPreloadFault(machine, the, "the host call", "register");
  if (mxArgc < 1 || !fxIsCallable(the, mxArgv(0))) mxTypeError("the handler is not a function");
  machine->handler.kind = mxArgv(0)->kind;
  machine->handler.value = mxArgv(0)->value;
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

void simDefineBridge(SimMachine* machine, txMachine* the) {
  simDefineGlobal(the, "hostCall", hostCall, 1);
  simDefineGlobal(the, "hostHandler", hostHandler, 1);
  simDefineGlobal(the, "trace", traceText, 1);
  simDefineGlobal(the, "gc", collectGarbage, 0);
  fxRemember(the, &machine->handler);
}
