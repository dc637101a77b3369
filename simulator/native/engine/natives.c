/*
 * native(name) and Native(name): the C functions of the device's own C files, the very files that the SDK compiles.
 * On the device the SDK's tools turn these calls into compiled references; here a generated table is searched.
 */
#include "engine.h"

static txCallback findIn(const SimNative* native, const char* name) {
  for (; native->name; native++)
    if (!strcmp(native->name, name)) return native->callback;
  return NULL;
}

static txCallback findNative(const char* name) {
  txCallback callback = findIn(simNatives, name);
  return callback ? callback : findIn(simOwnNatives, name);
}

/* Answers whether there is such a class; `destructor` is its own, or NULL. */
static int findClass(const char* name, txDestructor* destructor) {
  const SimNativeClass* entry;
  for (entry = simNativeClasses; entry->name; entry++) {
    if (strcmp(entry->name, name)) continue;
    *destructor = entry->destructor;
    return 1;
  }
  *destructor = NULL;
  return !strcmp(name, "Resource_destructor");
}

/* Stands in for every native during the preload phase: on the device there is nothing to call at that time. */
static void unavailableNative(txMachine* the) {
  txSlot* code = mxFunctionInstanceCode(mxFunction->value.reference);
  simPreloadFault(the->host, the, "the native function", fxGetKeyName(the, code->ID));
}

static void throwMissing(txMachine* the, const char* what, const char* name) {
  char message[256];
  snprintf(message, sizeof(message), "%s \"%.128s\" is in none of the firmware's C files", what, name);
  simThrowMissing(the->host, "native-missing", message);
}

static void nativeFunction(txMachine* the) {
  SimMachine* machine = the->host;
  txCallback callback;
  txString name;
  txID id;
  if (mxArgc < 1) mxTypeError("native needs a name");
  name = fxToString(the, mxArgv(0));
  id = fxFindName(the, name);
  if (id != XS_NO_ID) {
    mxPushSlot(&machine->natives);
    mxGetID(id);
    if (!mxIsUndefined(the->stack)) {
      mxPullSlot(mxResult);
      return;
    }
    mxPop();
  }
  callback = findNative(name);
  if (!callback) throwMissing(the, "native function", name);
  id = fxNewNameC(the, name);
  fxNewHostFunction(the, machine->preloading ? unavailableNative : callback, 0, id, XS_NO_ID);
  *mxResult = *the->stack;
  mxPushSlot(&machine->natives);
  mxSetID(id);
  mxPop();
}

/* The end of the preload phase: natives that were looked up during it get their C function. */
void simArmNatives(SimMachine* machine, txMachine* the) {
  txSlot* property = machine->natives.value.reference->next;
  while (property) {
    if (property->kind == XS_REFERENCE_KIND) {
      txSlot* code = mxFunctionInstanceCode(property->value.reference);
      txCallback callback = findNative(fxGetKeyName(the, property->ID));
      if (callback) code->value.callback.address = callback;
    }
    property = property->next;
  }
}

static void constructNative(txMachine* the) {
  SimMachine* machine = the->host;
  txDestructor destructor;
  txSlot* instance;
  if (mxIsUndefined(mxTarget)) mxTypeError("a native class needs new");
  if (machine->preloading) simPreloadFault(machine, the, "the constructor of", "a native class");
  mxPushSlot(mxFunction);
  mxGetID(mxID(_prototype));
  destructor = fxGetHostDestructor(the, the->stack);
  mxPop();
  mxPushSlot(mxTarget);
  mxGetID(mxID(_prototype));
  instance = fxNewHostObject(the, destructor);
  if (mxIsReference(the->stack + 1)) instance->value.instance.prototype = (the->stack + 1)->value.reference;
  mxPullSlot(mxResult);
  mxPop();
}

static void nativeClass(txMachine* the) {
  txDestructor destructor;
  txString name;
  if (mxArgc < 1) mxTypeError("Native needs a name");
  name = fxToString(the, mxArgv(0));
  if (!findClass(name, &destructor)) throwMissing(the, "native class", name);
  fxNewHostObject(the, destructor);
  fxNewHostConstructor(the, constructNative, 0, fxNewNameC(the, "Native"));
  mxPullSlot(mxResult);
}

void simDefineNatives(SimMachine* machine, txMachine* the, int hasImage) {
  if (!hasImage) {
    simDefineGlobal(the, "native", nativeFunction, 1);
    simDefineGlobal(the, "Native", nativeClass, 1);
  }
  mxPush(mxObjectPrototype);
  fxNewObjectInstance(the);
  machine->natives.kind = the->stack->kind;
  machine->natives.value = the->stack->value;
  mxPop();
  fxRemember(the, &machine->natives);
}
